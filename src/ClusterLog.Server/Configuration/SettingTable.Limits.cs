namespace ClusterLog.Server.Configuration;

internal static partial class SettingTable
{
    private static IEnumerable<Setting> Limits() => [.. SizeLimits(), .. TimeLimits()];

    private static IEnumerable<Setting> SizeLimits() =>
    [
        Setting.SmallBytes("Limits.FrameBytesMax",
            "Most bytes of one request. More: FrameTooLarge, connection closed.",
            o => o.Limits.FrameBytesMax, (o, v) => o.Limits.FrameBytesMax = v),
        Setting.SmallBytes("Limits.HandshakeFrameBytesMax",
            "Most bytes of a frame before the handshake. More: connection closed.",
            o => o.Limits.HandshakeFrameBytesMax, (o, v) => o.Limits.HandshakeFrameBytesMax = v),
        Setting.SmallBytes("Limits.RecordBytesMax", "Most bytes of one record. More: RecordTooLarge.",
            o => o.Limits.RecordBytesMax, (o, v) => o.Limits.RecordBytesMax = v),
        Setting.Number("Limits.ConnectionsMax", null,
            "Most client connections. Full: TooManyConnections, connection closed.",
            o => o.Limits.ConnectionsMax, (o, v) => o.Limits.ConnectionsMax = v),
        Setting.Number("Limits.HttpConnectionsMax", null, "Most HTTP connections. Full: connection closed.",
            o => o.Limits.HttpConnectionsMax, (o, v) => o.Limits.HttpConnectionsMax = v),
        Setting.Number("Limits.RequestsInFlightPerConnectionMax", null,
            "Most requests of one connection in work. Full: no more is read from it.",
            o => o.Limits.RequestsInFlightPerConnectionMax,
            (o, v) => o.Limits.RequestsInFlightPerConnectionMax = v),
        Setting.SmallBytes("Limits.ConnectionBytesInFlightMax",
            "Most bytes of one connection's requests in work. Full: no more is read from it.",
            o => o.Limits.ConnectionBytesInFlightMax, (o, v) => o.Limits.ConnectionBytesInFlightMax = v),
        Setting.Bytes("Limits.BytesWaitingMax",
            "Most bytes of produce requests accepted and not answered. Full: TooManyRequests.",
            o => o.Limits.BytesWaitingMax, (o, v) => o.Limits.BytesWaitingMax = v),
        Setting.Bytes("Limits.BytesBufferedMax",
            "Most bytes of frames half received and fetched records not taken. Full: connection closed, TooManyRequests.",
            o => o.Limits.BytesBufferedMax, (o, v) => o.Limits.BytesBufferedMax = v),
        Setting.SmallBytes("Limits.ReplyBytesBufferedMax",
            "Most bytes of replies that a connection has not taken. Full: no more is read from it.",
            o => o.Limits.ReplyBytesBufferedMax, (o, v) => o.Limits.ReplyBytesBufferedMax = v),
        Setting.SmallBytes("Limits.FetchBytesMax", "Most bytes of records in one fetch reply.",
            o => o.Limits.FetchBytesMax, (o, v) => o.Limits.FetchBytesMax = v),
        Setting.SmallBytes("Limits.PeerFrameBytesMax",
            "Most bytes of one frame between brokers; the same on every broker.",
            o => o.Limits.PeerFrameBytesMax, (o, v) => o.Limits.PeerFrameBytesMax = v),
        Setting.Bytes("Limits.PeerOutboundBytesMax",
            "Most bytes queued for one peer. Full: dropped and counted; Raft sends again.",
            o => o.Limits.PeerOutboundBytesMax, (o, v) => o.Limits.PeerOutboundBytesMax = v),
    ];

    private static IEnumerable<Setting> TimeLimits() =>
    [
        Setting.Time("Limits.FetchWaitMax", null, "Longest wait of a fetch for records.",
            o => o.Limits.FetchWaitMax, (o, v) => o.Limits.FetchWaitMax = v),
        Setting.Time("Limits.ProduceTimeoutMax", null, "Longest wait of a produce for its majority.",
            o => o.Limits.ProduceTimeoutMax, (o, v) => o.Limits.ProduceTimeoutMax = v),
        Setting.Time("Limits.HandshakeTimeout", null, "Time for the handshake. Over: connection closed.",
            o => o.Limits.HandshakeTimeout, (o, v) => o.Limits.HandshakeTimeout = v),
        Setting.Time("Limits.FrameTimeout", null,
            "Time from a frame's first byte to its last. Over: connection closed.",
            o => o.Limits.FrameTimeout, (o, v) => o.Limits.FrameTimeout = v),
        Setting.Time("Limits.IdleTimeout", null, "Time without a request. Over: connection closed.",
            o => o.Limits.IdleTimeout, (o, v) => o.Limits.IdleTimeout = v),
        Setting.Time("Limits.WriteTimeout", null, "Time for a client to take a reply. Over: connection closed.",
            o => o.Limits.WriteTimeout, (o, v) => o.Limits.WriteTimeout = v),
    ];
}
