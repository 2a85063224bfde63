import CommunisCore

extension Status {
    /// The colour of a status, wherever it is shown: what waits has none, what is in hand is
    /// yellow, what is done is green, what will not be is red.
    var style: Terminal.Style? {
        switch self {
        case .open: nil
        case .recognised, .exploring: .cyan
        case .building: .yellow
        case .shipped: .green
        case .declined: .red
        }
    }

    /// The status as a person sees it, in the language of the run.
    var styledName: String {
        let words = say(words)
        return style.map { Terminal.styled(words, $0) } ?? words
    }
}
