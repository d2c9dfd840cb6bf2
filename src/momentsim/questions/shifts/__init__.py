"""From a requirement by interval to heads per shift: allowed patterns, a cover at least cost, a roster."""
