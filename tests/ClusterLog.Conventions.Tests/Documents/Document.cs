using System.Text.RegularExpressions;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Documents;

/// <summary>One Markdown file of the repository's own words.</summary>
internal sealed partial class Document
{
    private Document(string path, string text)
    {
        Path = path;
        Lines = text.Split('\n');
    }

    public static IReadOnlyList<Document> All { get; } = Checkout.Files
        .Where(path => path.EndsWith(".md", StringComparison.Ordinal))
        .Where(path => !path.Contains('/') || path.StartsWith("docs/", StringComparison.Ordinal))
        .Select(path => new Document(path, Checkout.Read(path)))
        .ToArray();

    public string Path { get; }

    public IReadOnlyList<string> Lines { get; }

    public static Document FromText(string path, string text) => new(path, text);

    /// <summary>Words that look like paths of this repository, wherever they stand: in prose, in code, in a drawing.</summary>
    public IEnumerable<Mention> Paths() =>
        Find(RepositoryPath(), Lines).Select(mention => mention with { Text = mention.Text.TrimEnd('.') });

    /// <summary>Targets of links, without those that lead to another site.</summary>
    public IEnumerable<Mention> Links() =>
        Find(Link(), Prose()).Where(mention => !mention.Text.Contains("://", StringComparison.Ordinal));

    /// <summary>`Type.Member` in code spans.</summary>
    public IEnumerable<Mention> Members() => Find(MemberSpan(), Prose());

    /// <summary>The anchors that headings give, by the rule that GitHub renders them with.</summary>
    public IReadOnlySet<string> Anchors() => Prose()
        .Select(line => Heading().Match(line))
        .Where(match => match.Success)
        .Select(match => NotInAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> WithoutFences(IEnumerable<string> lines)
    {
        var fenced = false;
        foreach (var line in lines)
        {
            var isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            fenced ^= isFence;

            // An empty line in its place keeps the numbers of the lines.
            yield return fenced || isFence ? "" : line;
        }
    }

    private IEnumerable<string> Prose() => WithoutFences(Lines);

    private IEnumerable<Mention> Find(Regex regex, IEnumerable<string> lines) =>
        lines.SelectMany((line, index) => regex.Matches(line)
            .Select(match => new Mention($"{Path}:{index + 1}", match.Groups[1].Value)));

    [GeneratedRegex(@"(?<![\w./<-])((?:src|tests|docs|chaos-tests|benchmarks|deploy|\.ci|\.github)/[\w./*-]*)")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([A-Z]\w+\.[A-Z]\w+)(?:\(\))?`")]
    private static partial Regex MemberSpan();

    [GeneratedRegex(@"^#{1,6}\s+(.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
