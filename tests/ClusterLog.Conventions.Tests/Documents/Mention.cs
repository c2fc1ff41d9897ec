namespace ClusterLog.Conventions.Tests.Documents;

/// <summary>What a document names, and the line where it does.</summary>
internal sealed record Mention(string At, string Text);
