namespace ClusterLog.Storage;

/// <summary>A data directory cannot be opened: it is somebody else's, in use, or damaged.</summary>
internal class DataDirectoryException : Exception
{
    public DataDirectoryException(string message)
        : base(message)
    {
    }

    public DataDirectoryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
