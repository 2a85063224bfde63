/// Figures in the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    init(_ values: HubMetrics.Values, changesets: UInt64) {
        let requests = values.requests.sorted {
            ($0.key.path, $0.key.status) < ($1.key.path, $1.key.status)
        }
        add(
            "communis_requests_total", "counter", "Requests answered.",
            requests.map { request, count in
                ("path=\"\(request.path)\",status=\"\(request.status)\"", Double(count))
            })
        add(
            "communis_request_seconds_total", "counter", "Seconds spent on requests.",
            values.seconds.sorted { $0.key < $1.key }.map { ("path=\"\($0.key)\"", $0.value) })
        add(
            "communis_received_bytes_total", "counter", "Bytes of request bodies.",
            values.bytesReceived)
        add("communis_sent_bytes_total", "counter", "Bytes of answer bodies.", values.bytesSent)
        add("communis_connections", "gauge", "Open connections.", values.connections)
        add(
            "communis_connections_evicted_total", "counter",
            "Connections ended to make room for others.", values.evicted)
        add(
            "communis_changesets_received_total", "counter", "Changesets that callers sent.",
            values.traffic.received)
        add(
            "communis_changesets_sent_total", "counter", "Changesets that callers were given.",
            values.traffic.sent)
        add(
            "communis_changesets_refused_total", "counter",
            "Changesets that no correct copy holds.",
            values.traffic.refused)
        add(
            "communis_changesets_held_total", "counter", "Changesets of copies without a role.",
            values.traffic.held)
        add(
            "communis_peer_syncs_total", "counter", "Syncs with this copy's own peers.",
            values.peerSyncs)
        add(
            "communis_peer_failures_total", "counter", "Syncs with own peers that failed.",
            values.peerFailures)
        add("communis_changesets", "gauge", "Changesets in the log.", Int(clamping: changesets))
    }

    private mutating func add(_ name: String, _ type: String, _ help: String, _ value: Int) {
        add(name, type, help, [("", Double(value))])
    }

    /// Labels are of our own making and need no escaping.
    private mutating func add(
        _ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: Double)]
    ) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in samples {
            text += labels.isEmpty ? name : "\(name){\(labels)}"
            text +=
                " \(value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value))\n"
        }
    }
}
