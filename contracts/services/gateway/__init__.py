"""What all of Adobe's services share: Adobe's API gateway stands before each."""
