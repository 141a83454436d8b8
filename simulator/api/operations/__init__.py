"""What each operation of the API takes, does and answers, one module an area."""
