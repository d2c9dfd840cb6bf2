"""Who does the work of a run: this process, its threads, processes of this machine, or a Dask cluster."""
