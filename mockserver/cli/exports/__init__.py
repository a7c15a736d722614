"""What ``mockserver export`` writes, a module for each format."""
