return ClusterLog.Simulation.CommandLine.Verbs.Run(args);
