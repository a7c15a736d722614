"""What tests share: requests and answers, chains of them, clients, ways in; a module is named by what it holds."""
