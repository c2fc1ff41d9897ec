namespace ClusterLog.Simulation.CommandLine;

/// <summary>Runs seeds side by side, each on one thread, and hands out the results in the order of the seeds.</summary>
internal static class Parallelism
{
    public static void Run<T>(ulong first, ulong last, int jobs, Func<ulong, T> run, Action<T> report)
    {
        var gate = new object();
        var done = new Dictionary<ulong, T>();
        var (next, reported) = (first, first);
        var threads = Enumerable.Range(0, jobs).Select(_ => new Thread(Work)).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        void Work()
        {
            while (TryTake(out var seed))
            {
                var result = run(seed);
                lock (gate)
                {
                    done.Add(seed, result);
                    while (done.Remove(reported, out var ready))
                    {
                        reported++;
                        report(ready);
                    }
                }
            }
        }

        bool TryTake(out ulong seed)
        {
            lock (gate)
            {
                seed = next;
                return next++ <= last;
            }
        }
    }
}
