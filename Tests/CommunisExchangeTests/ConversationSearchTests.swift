import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Testing

/// What somebody would type to find an idea of a real conversation, every third query mistyped.
@Suite struct ConversationSearchTests {
    struct Query {
        var words: String
        /// The id of the comment in the conversation.
        var comment: Int
    }

    struct Conversation: CustomTestStringConvertible {
        var name: String
        var queries: [Query]

        var testDescription: String { name }
    }

    static let conversations: [Conversation] = [
        Conversation(
            name: "15-per-hour-seattle",
            queries: [
                Query(words: "robots", comment: 5),
                Query(words: "unionized robots", comment: 44),
                Query(words: "robotics unskilled workers", comment: 36),
                Query(words: "guaranteed minimum income", comment: 34),
                Query(words: "coffee shops", comment: 46),
                Query(words: "subsidies", comment: 7),
                Query(words: "livable wage", comment: 48),
                Query(words: "guests bus their own tables", comment: 0),
                Query(words: "companies raise prices", comment: 10),
                Query(words: "inflaton", comment: 32),
                Query(words: "restuarant veterans", comment: 1),
                Query(words: "income inequalty", comment: 45),
                Query(words: "povetry", comment: 29),
            ]),
        Conversation(
            name: "scoop-hivemind.biodiversity",
            queries: [
                Query(words: "marine reserves", comment: 141),
                Query(words: "plastic pollution", comment: 145),
                Query(words: "dogs on beaches", comment: 179),
                Query(words: "outdoor cats", comment: 149),
                Query(words: "golf courses", comment: 271),
                Query(words: "possum bounty", comment: 111),
                Query(words: "pesticide", comment: 208),
                Query(words: "matauranga", comment: 33),
                Query(words: "zoos", comment: 276),
                Query(words: "invertabrates", comment: 129),
                Query(words: "kereru huntign", comment: 200),
                Query(words: "aquacluture", comment: 147),
                Query(words: "genom editing", comment: 55),
                Query(words: "problems in towns and citys", comment: 42),
            ]),
        Conversation(
            name: "vtaiwan.uberx",
            queries: [
                Query(words: "意外險", comment: 7),
                Query(words: "職業駕照", comment: 15),
                Query(words: "企業 繳稅 義務", comment: 141),
                Query(words: "香港", comment: 164),
                Query(words: "信用卡", comment: 178),
                Query(words: "尖峰時段", comment: 3),
                Query(words: "取締白牌車", comment: 5),
                Query(words: "自動駕駛", comment: 94),
                Query(words: "偏鄉", comment: 195),
                Query(words: "乘客評分", comment: 96),
                Query(words: "計乘車 黃色", comment: 13),
                Query(words: "共亨經濟 浪費", comment: 61),
                Query(words: "GPS 紀錄", comment: 126),
                Query(words: "UberBalck", comment: 80),
            ]),
    ]

    @Test("The idea that is meant is among the first three", arguments: conversations)
    func amongTheFirst(_ conversation: Conversation) throws {
        guard let folder = SharedData.folder("polis/\(conversation.name)") else {
            print("skipped: the conversation \(conversation.name) is not at ../shared/data")
            return
        }
        let boards = try TestBoards()
        _ = try PolisImport.run(folder, into: boards.founder) { _, _, _ in }
        for query in conversation.queries {
            let found = try boards.founder.search(query.words).prefix(3)
            let source = "polis:\(conversation.name):\(query.comment)"
            #expect(
                found.contains { $0.source == source }, "\(query.words): \(found.map(\.title))")
        }
    }

    @Test("What was rejected is not found")
    func hidden() throws {
        guard let folder = SharedData.folder("polis/15-per-hour-seattle") else {
            print("skipped: the conversation 15-per-hour-seattle is not at ../shared/data")
            return
        }
        let boards = try TestBoards()
        _ = try PolisImport.run(folder, into: boards.founder) { _, _, _ in }
        #expect(try boards.founder.search("supergraphic").isEmpty)
        #expect(try boards.founder.search("Lazaro").isEmpty)
    }
}
