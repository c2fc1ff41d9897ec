namespace ClusterLog.MessagePack;

/// <summary>The kinds of value of the format, as a reader that looks ahead sees them.</summary>
internal enum MessagePackType
{
    /// <summary>No value: the input has ended, or the reader has failed.</summary>
    None,

    /// <summary>nil.</summary>
    Nil,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>An integer of any width, signed or not: the format says no more than its value.</summary>
    Integer,

    /// <summary>A float of 32 or 64 bits.</summary>
    Float,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A header of an array; its elements follow.</summary>
    Array,

    /// <summary>A header of a map; its pairs of key and value follow.</summary>
    Map,

    /// <summary>Bytes with a type of the application's (0 to 127) or of the specification's (-1 is a timestamp).</summary>
    Extension,
}
