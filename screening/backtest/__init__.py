"""What a changed bundle would have changed on last year's cases: only what the change can touch is screened again."""
