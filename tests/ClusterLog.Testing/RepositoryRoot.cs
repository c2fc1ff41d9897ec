namespace ClusterLog.Testing;

/// <summary>Finds files of the checkout that the tests run in, by walking up from the test assembly.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds ClusterLog.sln.</summary>
    public static string Path { get; } = Find();

    /// <summary>
    /// The folder of other people's test data beside the checkout, or null where it is absent.
    /// Tests that need it call Assert.Skip with a message when it is null.
    /// </summary>
    public static string? ConformancePath
    {
        get
        {
            var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, "..", "shared", "conformance"));
            return Directory.Exists(path) ? path : null;
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ClusterLog.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ClusterLog.sln.");
    }
}
