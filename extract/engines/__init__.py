"""Who does the work of a run (执行引擎): the processes of this machine, or a cluster."""
