import CommunisCore
import CommunisStore
import Foundation

/// Makes ideas of the projects of a participatory budget, and agreements of its votes.
package enum PaBuLibImport {
    /// - Parameter source: the election's name; else the file's.
    package static func read(
        _ path: String, source: String?, context: ImportContext, progress: (Int, Int) -> Void
    ) throws(ExchangeError) -> ImportedContents {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let size = (attributes?[.size] as? Int) ?? 0
        let file = try PaBuLibFile(path: path) { progress($0, size) }
        var contents = ImportedContents()
        let times = try times(file, path.printable, context)
        contents.leftOut.isWithoutTime = times == nil
        let origin = "pabulib:\(ImportedName.source(source, path: path))"
        var ideas: [String: Int] = [:]
        for project in file.projects {
            let source = "\(origin):\(project.id)"
            let place = contents.idea(.source(source))
            ideas[project.id] = place
            contents.ideas.append(
                try idea(project, place, source, times?.begin ?? .zero, file, path))
        }
        for vote in file.votes {
            let voter = contents.member(
                .source("\(origin):\(vote.voter)"), name: CleanText.name(vote.voter))
            for project in vote.projects {
                guard let idea = ideas[project] else { continue }
                contents.votes.append(
                    .init(idea: idea, voter: voter, at: times?.end ?? .zero, ballot: .agree))
            }
        }
        return contents
    }

    private static func idea(
        _ project: PaBuLibFile.Project, _ place: Int, _ source: String, _ at: Milliseconds,
        _ file: PaBuLibFile, _ path: String
    ) throws(ExchangeError) -> ImportedContents.Idea {
        let name = project.name.isEmpty ? "Project \(project.id)" : project.name
        let currency = CleanText.line(file.meta["currency"] ?? "")
        let cost = "Cost: \(project.cost)" + (currency.isEmpty ? "" : " \(currency)")
        let isLong = !TextField.title.admits(name)
        let body = isLong ? "\(name)\n\n\(cost)" : cost
        let tags = CellList.split(project.category).map { CleanText.line($0).lowercased() }
        guard source.utf8.count <= Limits.needBytes, body.utf8.count <= Limits.textBytes,
            tags.allSatisfy(Limits.isName)
        else {
            throw .row(
                project.row, of: path.printable, "the id, the name or a category is too long")
        }
        return ImportedContents.Idea(
            place: place, source: source,
            title: isLong ? ImportedText.cut(name, to: Limits.titleScalars) : name, body: body,
            at: at, tags: tags.filter { !$0.isEmpty })
    }

    /// When the election began and ended, as META says it; else the day that a person named.
    private static func times(
        _ file: PaBuLibFile, _ name: String, _ context: ImportContext
    ) throws(ExchangeError) -> (begin: Milliseconds, end: Milliseconds)? {
        var moments: [String: Milliseconds] = [:]
        for key in ["date_begin", "date_end"] {
            guard let text = file.meta[key], !text.isEmpty else { continue }
            guard let moment = day(text) else {
                throw ExchangeError(
                    .notUnderstood, "\(name) says \(key) \(text.quoted), which is no day",
                    "write it as 2026-11-01 or 01.11.2026; nothing was imported")
            }
            guard moment <= context.last else {
                throw ExchangeError(
                    .notUnderstood, "\(name) says \(key) \(text.quoted), which lies in the future",
                    "mend the file and import it again; nothing was imported")
            }
            moments[key] = moment
        }
        guard let begin = moments["date_begin"] ?? moments["date_end"] ?? context.date else {
            return nil
        }
        return (begin, max(begin, moments["date_end"] ?? begin))
    }

    /// `2026-11-01`, `01.11.2026` or the year alone.
    private static func day(_ text: String) -> Milliseconds? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 3 {
            let padded = parts.map { $0.count == 1 ? "0\($0)" : $0 }
            return ImportedTime.parse("\(padded[2])-\(padded[1])-\(padded[0])")
        }
        return ImportedTime.parse(text.count == 4 ? "\(text)-01-01" : text)
    }
}
