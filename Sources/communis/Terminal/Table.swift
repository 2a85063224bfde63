import CommunisCore
import CommunisStore

/// Rows in columns that fit the terminal. Where it is narrow, columns that matter less are left
/// out; then the last column gives way, and then the widest.
struct Table {
    struct Column {
        var title: Phrase
        var isRight = false
        /// Columns of a low number are the first to be left out; those without one never are.
        var rank: Int?
    }

    struct Cell {
        var text: String
        var style: Terminal.Style?

        init(_ text: String, _ style: Terminal.Style? = nil) {
            self.text = text.printable
            self.style = style
        }
    }

    private static let gap = 2
    /// The last column is not made narrower than this before others are left out.
    private static let lastWidth = 16
    /// No column is made narrower than this.
    private static let leastWidth = 5

    private let columns: [Column]
    private var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String]) { add(cells.map { Cell($0) }) }
    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// - Parameter width: the columns of the terminal; `nil` cuts nothing and leaves nothing out.
    func text(width: Int?) -> String {
        let full = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(say(columns[index].title))) {
                max($0, DisplayWidth.of($1[index].text))
            }
        }
        let shown = width.map { self.shown(full, in: $0) } ?? Array(columns.indices)
        let widths = width.map { fitted(shown.map { full[$0] }, in: $0) } ?? shown.map { full[$0] }
        let header = line(columns.map { Cell(say($0.title)) }, shown, widths, isCut: width != nil)
        return rows.reduce(Terminal.styled(header, .faint) + "\n") {
            $0 + line($1, shown, widths, isCut: width != nil) + "\n"
        }
    }

    /// The columns that are not left out.
    private func shown(_ full: [Int], in width: Int) -> [Int] {
        var shown = Array(columns.indices)
        let dropped = shown.filter { columns[$0].rank != nil }
            .sorted { (columns[$0].rank ?? 0, $1) < (columns[$1].rank ?? 0, $0) }
        for column in dropped {
            guard let last = shown.last else { break }
            let others = shown.dropLast().reduce(0) { $0 + full[$1] + Self.gap }
            if others + min(full[last], Self.lastWidth) <= width { break }
            shown.removeAll { $0 == column }
        }
        return shown
    }

    /// Widths that fit: the last column gives way first, then whichever is the widest.
    private func fitted(_ full: [Int], in width: Int) -> [Int] {
        var widths = full
        func excess() -> Int {
            widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - width
        }
        if let last = widths.indices.last, excess() > 0 {
            widths[last] = max(min(widths[last], Self.lastWidth), widths[last] - excess())
        }
        while excess() > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.leastWidth
        {
            widths[widest] -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], isCut: Bool) -> String {
        zip(shown, widths).enumerated().map { place, column in
            let (index, width) = column
            let text = isCut ? DisplayWidth.cut(cells[index].text, to: width) : cells[index].text
            let isRight = columns[index].isRight
            let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
            let styled = cells[index].style.map { Terminal.styled(text, $0) } ?? text
            if isRight { return padding + styled }
            return place == shown.count - 1 ? styled : styled + padding
        }.joined(separator: String(repeating: " ", count: Self.gap))
    }
}
