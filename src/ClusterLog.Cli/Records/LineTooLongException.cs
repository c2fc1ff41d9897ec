using System.Globalization;

namespace ClusterLog.Cli.Records;

/// <summary>The input has a line that is longer than the reader may hold in memory.</summary>
internal sealed class LineTooLongException : Exception
{
    /// <summary>Names the line, counted from 1, and the bound it passed.</summary>
    public LineTooLongException(long line, int lineBytesMax)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"Line {line} of the input is longer than {lineBytesMax} bytes. Is this a text file?"))
    {
    }
}
