"""What is run, when and by whom: phases, the gate, the database of a command."""
