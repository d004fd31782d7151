"""What every history of revisions must hold; ``pytest`` runs it on yours."""
