"""What the service needs of the world beside what flows need: accounts and sessions."""
