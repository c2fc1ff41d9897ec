namespace ClusterLog.Checking.Histories;

/// <summary>A history is not what its format says. The message names the line or the operation.</summary>
public sealed class HistoryFormatException : Exception
{
    public HistoryFormatException(string message)
        : base(message)
    {
    }

    public HistoryFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
