using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Documents;

/// <summary>The names of all members of all types of src, over all parts of a type.</summary>
internal static class DeclaredMembers
{
    private static readonly ILookup<string, string> ByType = SourceFile.All
        .SelectMany(file => file.Nodes<BaseTypeDeclarationSyntax>())
        .SelectMany(type => NamesIn(type).Append("").Select(name => (Type: type.Identifier.Text, Name: name)))
        .ToLookup(pair => pair.Type, pair => pair.Name);

    /// <summary>False only for a type of ours that has no such member; of other people's types nothing is known.</summary>
    public static bool MayExist(string typeAndMember)
    {
        var parts = typeAndMember.Split('.');
        return !ByType.Contains(parts[0]) || ByType[parts[0]].Contains(parts[1]) || IsFileName(typeAndMember);
    }

    /// <summary>`Type.Concern` may mean the file of that part.</summary>
    private static bool IsFileName(string name) =>
        SourceFile.All.Any(file => file.Path.EndsWith($"/{name}.cs", StringComparison.Ordinal));

    private static IEnumerable<string> NamesIn(BaseTypeDeclarationSyntax type)
    {
        var parameters = (type as TypeDeclarationSyntax)?.ParameterList?.Parameters.Select(p => p.Identifier.Text) ?? [];
        var members = type.ChildNodes().SelectMany(Names);
        return parameters.Concat(members);
    }

    private static IEnumerable<string> Names(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => [method.Identifier.Text],
        PropertyDeclarationSyntax property => [property.Identifier.Text],
        EnumMemberDeclarationSyntax value => [value.Identifier.Text],
        BaseTypeDeclarationSyntax nested => [nested.Identifier.Text],
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(v => v.Identifier.Text),
        _ => [],
    };
}
