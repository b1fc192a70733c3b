"""Who somebody is: accounts, passwords, sessions, codes and links that count once, and the limits on trying."""
