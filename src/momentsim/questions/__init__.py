"""Questions asked of many runs, each with its method, tables, words, terminal table and figures."""
