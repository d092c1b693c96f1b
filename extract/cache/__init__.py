"""What earlier runs have left for this one (缓存): never needed, and never wrong."""
