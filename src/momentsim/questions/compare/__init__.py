"""Variants against a baseline under the same draws: what differs is the policy, not the luck."""
