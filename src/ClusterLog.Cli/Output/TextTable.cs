using System.Text;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Output;

/// <summary>A cell of a table: what it says and how it is meant.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>A plain cell.</summary>
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>
/// Columns of text without lines around them, two spaces apart, so that the output can be read by people and cut by
/// awk. A header that begins with '>' is that of a column of numbers, which is aligned to the right.
/// </summary>
internal sealed class TextTable
{
    private const char RightAligned = '>';

    private readonly string[] _headers;
    private readonly bool[] _right;
    private readonly List<Cell[]> _rows = [];

    /// <summary>A table with these headers.</summary>
    public TextTable(params string[] headers)
    {
        _right = [.. headers.Select(header => header[0] == RightAligned)];
        _headers = [.. headers.Select(header => header.TrimStart(RightAligned))];
    }

    /// <summary>Appends a row; it has one cell for each header.</summary>
    public void Add(params Cell[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _headers.Length);
        _rows.Add(cells);
    }

    /// <summary>Writes header and rows, each line indented.</summary>
    public void AppendTo(StringBuilder target, Palette palette, string indent = "")
    {
        var widths = new int[_headers.Length];
        for (var column = 0; column < widths.Length; column++)
        {
            widths[column] = _rows.Select(row => row[column].Text.Length).Append(_headers[column].Length).Max();
        }

        AppendRow(target, [.. _headers.Select(header => new Cell(header, Tone.Dim))], widths, palette, indent);
        foreach (var row in _rows)
        {
            AppendRow(target, row, widths, palette, indent);
        }
    }

    private void AppendRow(StringBuilder target, Cell[] cells, int[] widths, Palette palette, string indent)
    {
        var line = new StringBuilder(indent);
        for (var column = 0; column < cells.Length; column++)
        {
            var padding = new string(' ', widths[column] - cells[column].Text.Length);
            var text = palette.Paint(cells[column].Tone, cells[column].Text);
            line.Append(column == 0 ? string.Empty : "  ").Append(_right[column] ? padding + text : text + padding);
        }

        target.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
