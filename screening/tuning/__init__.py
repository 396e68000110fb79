"""What helps a prosecutor change the bundle with confidence: explain a case, compare two bundles, check what is written."""
