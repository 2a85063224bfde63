import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// An erasure that ended between its transaction and the writing anew of the file.
@Suite struct UnfinishedErasureTests {
    private func holds(_ path: String, _ word: String) -> Bool {
        ["", "-wal"].contains { suffix in
            guard let data = try? Data(contentsOf: URL(fileURLWithPath: path + suffix)) else {
                return false
            }
            return data.range(of: Data(word.utf8)) != nil
        }
    }

    @Test("The next opening takes the words out of the pages that are no longer used")
    func nextOpening() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var workload = VoteWorkload(ideas: 1, members: 3)
        let texts = (0..<30).map { number in
            Draft.revision(
                of: workload.ideas[0], number == 0 ? .title : .body,
                to: String(repeating: "Xylofonist ", count: number == 0 ? 2 : 200), on: board.id,
                by: workload.members[0], key: .numbered(number)
            ).draft
        }
        try board.write(texts)
        for _ in 0..<20 {
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
        try board.sealPending()
        let sealed = try #require(try board.page(after: 0, excluding: nil).changesets.last)
        let slots = try sealed.open(board: board.id).slots
        // What `erase` does, up to where its transaction is on the disk.
        try board.write(
            slots.indices.filter { slots[$0].isErasable }.map {
                Draft(by: nil, .erase(sealed.id, slot: UInt32($0)))
            })
        board.close()
        #expect(holds(board.path, "Xylofonist"))

        let opened = try Board.open(board.path, environment: .virtual(boards.clock, seed: 3))
        #expect(!holds(board.path, "Xylofonist"))
        #expect(try opened.verify().isSound)
        opened.close()
        // Once: there is nothing left to do at the opening after.
        let before = try Data(contentsOf: URL(fileURLWithPath: board.path))
        try Board.open(board.path, environment: .virtual(boards.clock, seed: 3)).close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: board.path)) == before)
    }
}
