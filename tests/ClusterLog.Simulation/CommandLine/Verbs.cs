namespace ClusterLog.Simulation.CommandLine;

/// <summary>Everything that the program can do.</summary>
internal static class Verbs
{
    public static IReadOnlyList<IVerb> All { get; } =
    [
        new RunVerb(),
        new ReplayVerb(),
        new RotVerb(),
        new MutantsVerb(),
        new ScriptVerb(),
        new LinearizabilityVerb(),
        new ShrinkVerb(),
    ];

    public static int Run(string[] arguments)
    {
        var verb = arguments.Length == 0 ? null : All.FirstOrDefault(item => item.Name == arguments[0]);
        if (verb is null)
        {
            Console.Error.WriteLine("usage: ClusterLog.Simulation VERB ...");
            foreach (var item in All)
            {
                Console.Error.WriteLine($"  {item.Name} {item.Usage}");
            }

            return 2;
        }

        try
        {
            return verb.Run(arguments[1..]);
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine($"{error.Message}\nusage: {verb.Name} {verb.Usage}");
            return 2;
        }
    }
}
