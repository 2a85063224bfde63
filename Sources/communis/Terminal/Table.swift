import CommunisCore
import CommunisStore

/// Rows in columns that fit the terminal; the last column gives way.
struct Table {
    struct Column {
        var title: Phrase
        var isRight = false
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String]) { rows.append(cells.map(\.printable)) }

    /// - Parameter width: the columns of the terminal; `nil` cuts nothing.
    func text(width: Int?) -> String {
        var widths = columns.indices.map { index in
            max(
                DisplayWidth.of(say(columns[index].title)),
                rows.map { DisplayWidth.of($0[index]) }.max() ?? 0)
        }
        if let width, let last = widths.indices.last {
            let others = widths.dropLast().reduce(0) { $0 + $1 + 2 }
            widths[last] = min(widths[last], max(12, width - others))
        }
        let header = line(columns.map { say($0.title) }, widths, isCut: width != nil)
        return rows.reduce(Terminal.styled(header, .faint) + "\n") {
            $0 + line($1, widths, isCut: width != nil) + "\n"
        }
    }

    private func line(_ cells: [String], _ widths: [Int], isCut: Bool) -> String {
        zip(columns.indices, cells).map { index, cell in
            let text = isCut ? DisplayWidth.cut(cell, to: widths[index]) : cell
            return index == columns.count - 1 && !columns[index].isRight
                ? text : DisplayWidth.pad(text, to: widths[index], isRight: columns[index].isRight)
        }.joined(separator: "  ")
    }
}
