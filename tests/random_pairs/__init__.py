"""Random pairs of models: our revisions must lead from one to the other, and back."""
