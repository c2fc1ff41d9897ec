using ClusterLog.IdleGroups;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

await using var cluster = new LocalCluster(arguments.Brokers);
return await new IdleGroupsRun(cluster, arguments).RunAsync() ? 0 : 1;
