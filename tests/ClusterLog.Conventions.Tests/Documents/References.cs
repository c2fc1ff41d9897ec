using System.Text.RegularExpressions;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Documents;

/// <summary>Decides whether what a document names is there.</summary>
internal static class References
{
    /// <summary>A path exists, or is a pattern with an asterisk that something matches, or is an output of the build.</summary>
    public static bool PathExists(string path)
    {
        if (path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal))
        {
            return true;
        }

        if (!path.Contains('*'))
        {
            return Checkout.Exists(path);
        }

        var pattern = Regex.Escape(path.TrimEnd('/')).Replace(@"\*\*/", "(?:.*/)?").Replace(@"\*", "[^/]*");
        return Checkout.Files.Concat(Checkout.Folders).Any(known => Regex.IsMatch(known, $"^{pattern}$"));
    }

    /// <summary>Null if the link leads to a file or folder and, where it names one, to a heading; else what is missing.</summary>
    public static string? MissingTarget(Document from, string link)
    {
        var parts = link.Split('#', 2);
        var path = parts[0].Length == 0 ? from.Path : Resolve(from.Path, parts[0]);
        if (path is null || (path != from.Path && path.Length > 0 && !Checkout.Exists(path)))
        {
            return $"no file {path ?? parts[0]}";
        }

        var target = path == from.Path ? from : Document.All.FirstOrDefault(document => document.Path == path);
        return parts.Length == 2 && target is not null && !target.Anchors().Contains(parts[1])
            ? $"no heading #{parts[1]} in {path}"
            : null;
    }

    /// <summary>The path from the root of the repository; null if it leads out of it.</summary>
    private static string? Resolve(string from, string link)
    {
        var segments = new List<string>(from.Split('/')[..^1]);
        foreach (var segment in link.TrimEnd('/').Split('/'))
        {
            if (segment == "..")
            {
                if (segments.Count == 0)
                {
                    return null;
                }

                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ""))
            {
                segments.Add(segment);
            }
        }

        return string.Join('/', segments);
    }
}
