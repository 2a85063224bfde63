import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Nobody becomes an imported voter by typing what a file calls them.
@Suite struct ImpersonationTests {
    @Test("The names of imported voters, typed, are other members: each vote is one more")
    func typedNames() throws {
        let boards = try TestBoards()
        let files = try BoardFiles()
        let talk = files.folder.file("talk")
        try FileManager.default.createDirectory(atPath: talk, withIntermediateDirectories: true)
        try files.write(
            PolisImportTests.header + "1000,x,1,7,0,0,1,A bench\n", to: "talk/comments.csv")
        try files.write(PolisImportTests.votes + "5000,x,1,7,1\n", to: "talk/votes.csv")
        _ = try PolisImport.run(talk, into: boards.founder) { _, _, _ in }
        let users = try files.write(
            """
            ideaId,ideaTitle,ideaDescription,ideaCreatorEmailAddress,ideaCreatorName,categoryName,\
            forumName,publicStatusName,moderationState,labels,votersCount,createdTimestamp,\
            publicStatusUpdateMessage,userEmailAddress,linkedIdeaCreationDate
            1,A lamp,Text,eve@example.org,Eve,Parks,Forum,started,approved,,1,\
            2024-01-02 03:04:05,,gone-user-7,2024-01-03 00:00:00

            """, to: "full.csv")
        _ = try files.importCSV([users], into: boards.founder)

        for source in ["polis:talk:1", "uservoice:full:1"] {
            let idea = try #require(
                try boards.founder.ideas(IdeaQuery()).first { $0.source == source })
            var expected = try #require(idea.tally.agree as Int?)
            #expect(expected == 1)
            let imported = Set(try boards.founder.votes(on: idea.id).map(\.member))
            for who in [
                "7", "polis:talk:7", "talk:7", "voter 7", "uservoice:gone-user-7",
                "uservoice:full:gone-user-7", "polis:talk:voter:7", "source", "who",
            ] {
                let member = try boards.founder.member(who: who)
                #expect(!imported.contains(member), "\(who)")
                try boards.founder.write([Draft(by: member, .vote(idea.id, Vote(.agree)))])
                expected += 1
                let tally = try boards.founder.ideas(IdeaQuery()).first { $0.id == idea.id }?.tally
                #expect(tally?.agree == expected, "\(who)")
            }
        }
    }
}
