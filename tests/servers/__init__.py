"""Servers that this machine's own packages do not have: MySQL 9.7, MariaDB 11.8, PostgreSQL 17, 19."""
