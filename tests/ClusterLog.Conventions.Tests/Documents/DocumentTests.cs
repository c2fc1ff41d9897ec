using System.Text.RegularExpressions;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Documents;

public partial class DocumentTests
{
    [Fact]
    public void Documents_AreFoundAtAll() => Assert.Contains(Document.All, document => document.Path == "README.md");

    [Fact]
    public void Paths_ThatADocumentNames_Exist() => Report.None(
        "A document names a path that is not there:",
        from document in Document.All
        from mention in document.Paths()
        where !References.PathExists(mention.Text)
        select $"{mention.At}: {mention.Text}");

    [Fact]
    public void Links_InDocuments_LeadSomewhere() => Report.None(
        "A link leads nowhere:",
        from document in Document.All
        from link in document.Links()
        let missing = References.MissingTarget(document, link.Text)
        where missing is not null
        select $"{link.At}: {link.Text}: {missing}");

    [Fact]
    public void Members_ThatADocumentNames_AreDeclared() => Report.None(
        "A document names a member that its type does not have:",
        from document in Document.All
        from member in document.Members()
        where !DeclaredMembers.MayExist(member.Text)
        select $"{member.At}: {member.Text}");

    [Fact]
    public void Documents_NameNoRegistryAndNoMachine() => Report.None(
        "Documents hold for every machine and every source of packages:",
        from document in Document.All
        from line in document.Lines.Select((text, index) => (Text: text, Number: index + 1))
        from Match match in RegistryOrMachine().Matches(line.Text)
        select $"{document.Path}:{line.Number}: {match.Value}");

    [Theory]
    [InlineData("See `src/ClusterLog.Raft/RaftCore.cs`.", "src/ClusterLog.Raft/RaftCore.cs")]
    [InlineData("--project src/ClusterLog.Server -- dev", "src/ClusterLog.Server")]
    [InlineData("all of docs/.", "docs/")]
    [InlineData("patterns like `src/*/*.csproj`,", "src/*/*.csproj")]
    public void Paths_LineWithAPath_FindsIt(string line, string path)
    {
        var mention = Assert.Single(Document.FromText("a.md", line).Paths());
        Assert.Equal(new Mention("a.md:1", path), mention);
        Assert.True(References.PathExists(path));
    }

    [Theory]
    [InlineData("src/ClusterLog.Raft/NoSuchFile.cs")]
    [InlineData("src/*/*.vbproj")]
    [InlineData("docs/no-such-folder/")]
    public void PathExists_OfNothing_IsFalse(string path) => Assert.False(References.PathExists(path));

    [Theory]
    [InlineData("docs/a.md", "#two-words--one-more", null)]
    [InlineData("docs/a.md", "#nothing", "no heading #nothing in docs/a.md")]
    [InlineData("docs/a.md", "../README.md", null)]
    [InlineData("docs/a.md", "README.md", "no file docs/README.md")]
    [InlineData("docs/a.md", "../../secret.md", "no file ../../secret.md")]
    public void MissingTarget_OfALink_SaysWhatIsMissing(string from, string link, string? missing) => Assert.Equal(
        missing, References.MissingTarget(Document.FromText(from, "# Two words – one more\n"), link));

    [Theory]
    [InlineData("RaftCore.NoSuchMember", false)]
    [InlineData("Stream.NoSuchMember", true)]
    public void MayExist_MemberOfOurType_IsLookedUp(string member, bool exists) =>
        Assert.Equal(exists, DeclaredMembers.MayExist(member));

    [GeneratedRegex(@"\b(?:nuget|npmjs|pypi)\.(?:org|com)\b|(?<![\w./-])/(?:work|root|home)/[\w.-]+")]
    private static partial Regex RegistryOrMachine();
}
