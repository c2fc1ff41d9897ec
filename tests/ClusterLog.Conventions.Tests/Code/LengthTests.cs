using System.Globalization;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Code;

/// <summary>
/// Files of src have at most 300 lines and methods at most 60. What is longer stands with its length in
/// length-ratchet.txt, and may only shrink.
/// </summary>
public class LengthTests
{
    private const string Ratchet = "length-ratchet.txt";

    private static readonly Length[] Files = SourceFile.All.Select(Lengths.OfFile).ToArray();

    private static readonly Length[] Methods = SourceFile.All.SelectMany(Lengths.OfMethods).ToArray();

    private static string Figures =>
        $"files: median {Lengths.Percentile(Files, 0.5)}, 90th percentile {Lengths.Percentile(Files, 0.9)} lines; "
        + $"methods: median {Lengths.Percentile(Methods, 0.5)}, 90th percentile {Lengths.Percentile(Methods, 0.9)} lines";

    [Fact]
    public void FilesAndMethods_AreShortOrShrinking()
    {
        var limits = TextList.Read(Ratchet, 2)
            .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper?.WriteLine(Figures);
        Report.None(
            $"Longer than allowed ({Figures}). Split by concern, or see {TextList.PathOf(Ratchet)}:",
            Over(Files, Lengths.FileLinesMax, limits).Concat(Over(Methods, Lengths.MethodLinesMax, limits)));
    }

    [Fact]
    public void Ratchet_HoldsOnlyWhatIsStillThatLong()
    {
        var longest = Files.Where(file => file.Lines > Lengths.FileLinesMax)
            .Concat(Methods.Where(method => method.Lines > Lengths.MethodLinesMax))
            .GroupBy(length => length.Name)
            .ToDictionary(same => same.Key, same => same.Max(length => length.Lines));
        Report.None(
            $"Well done: lower these lines of {TextList.PathOf(Ratchet)} to the present length, or take them out:",
            from row in TextList.Read(Ratchet, 2)
            let lines = longest.GetValueOrDefault(row[0])
            where lines < int.Parse(row[1], CultureInfo.InvariantCulture)
            select $"{row[0]} | {row[1]} (now {(lines == 0 ? "short enough" : lines)})");
    }

    [Fact]
    public void OfMethods_MethodOfKnownLength_CountsItsLines()
    {
        var file = SourceFile.FromText("src/P/A.cs", "class A\n{\n    /// <summary>Text.</summary>\n    void B()\n    {\n    }\n}\n");
        Assert.Equal([new Length("src/P/A.cs#B", 3)], Lengths.OfMethods(file));
        Assert.Equal(new Length("src/P/A.cs", 7), Lengths.OfFile(file));
    }

    private static IEnumerable<string> Over(IEnumerable<Length> lengths, int max, Dictionary<string, int> limits) =>
        from length in lengths
        let limit = Math.Max(max, limits.GetValueOrDefault(length.Name))
        where length.Lines > limit
        select $"{length.Name}: {length.Lines} lines, allowed {limit}";
}
