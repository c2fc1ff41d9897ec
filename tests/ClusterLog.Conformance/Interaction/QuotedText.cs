using System.Globalization;
using System.Text;

namespace ClusterLog.Conformance.Interaction;

/// <summary>Bytes in double quotes, with the escapes of Go's <c>%q</c>.</summary>
internal static class QuotedText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        while (!bytes.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed)
                == System.Buffers.OperationStatus.Done;
            if (isRune)
            {
                AppendRune(text, rune);
            }
            else
            {
                for (var i = 0; i < consumed; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{bytes[i]:x2}");
                }
            }

            bytes = bytes[consumed..];
        }

        return text.Append('"').ToString();
    }

    private static void AppendRune(StringBuilder text, Rune rune)
    {
        var escape = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            < 0x20 or 0x7f => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            _ => null,
        };

        text.Append(escape ?? rune.ToString());
    }
}
