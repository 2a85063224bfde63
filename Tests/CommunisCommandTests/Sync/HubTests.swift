import CommunisTestSupport
import Foundation
import Testing

/// A hub and nodes, as processes of their own.
@Suite("Sync over HTTP")
struct HubTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    func sync(_ board: String, _ hub: RunningHub? = nil) throws -> JSON {
        try folder.start(
            ["sync", "--json", "--board", board] + (hub.map { [$0.address] } ?? [])
        ).wait().json().items[0]
    }

    @Test(
        "Both vote offline; node 1, node 2, node 1 again: one round trip each, then all are equal")
    func threeProcesses() throws {
        let hub = try RunningHub(folder)
        let boards = ["communis.sqlite", "one.sqlite", "two.sqlite"]
        for board in boards.dropFirst() { try folder.join(hub, as: board) }
        // What the clones brought about at the hub: everyone knows of everyone.
        for board in boards.dropFirst() { _ = try sync(board) }
        let ideas = try boards.map { try folder.submit("An idea of \($0)", as: "ann@x.org", $0) }
        for (board, who) in [("one.sqlite", "ben@x.org"), ("two.sqlite", "cas@x.org")] {
            try folder.succeed(
                "vote", ideas[boards.firstIndex(of: board)!], "--as", who, "--board", board)
        }
        let reports = try ["one.sqlite", "two.sqlite", "one.sqlite"].map { try sync($0) }
        let expected: [(sent: Int, received: Int)] = [(1, 1), (1, 2), (0, 1)]
        for (report, traffic) in zip(reports, expected) {
            #expect(report["roundTrips"].int == 1)
            #expect(report["mode"].string == "cursor")
            #expect(report["equal"].bool == true)
            #expect(report["sent"]["changesets"].int == traffic.sent)
            #expect(report["received"]["changesets"].int == traffic.received)
            // A changeset of two changes has some 430 bytes.
            #expect(report["sent"]["bytes"].int ?? 0 <= traffic.sent * 600)
            #expect(report["received"]["bytes"].int ?? 0 <= traffic.received * 600)
        }
        let verified = try boards.map { try folder.verified($0) }
        #expect(Set(verified.map { $0["fingerprint"].string }).count == 1)
        #expect(Set(verified.map { $0["view"].string }).count == 1)
        // Nothing new: one round trip of no changeset.
        let nothing = try sync("two.sqlite")
        #expect(nothing["roundTrips"].int == 1 && nothing["received"]["bytes"].int == 0)
        let end = try hub.terminate()
        #expect(end.code == 0)
    }

    @Test("Without an invitation nobody is admitted, and one is used once")
    func invitations() throws {
        let hub = try RunningHub(folder)
        expectRefusal(
            try folder.run("clone", hub.address, "--board", "x.sqlite"), 77, "communis node invite")
        let line = try folder.run("node", "invite", "--address", hub.address).output
        let address = line.trimmingCharacters(in: .newlines)
            .replacingOccurrences(of: "communis clone ", with: "")
            .replacingOccurrences(of: "'", with: "")
        try folder.succeed("clone", address, "--board", "one.sqlite", "--name", "Kiosk")
        expectRefusal(
            try folder.run("clone", address, "--board", "two.sqlite"), 77, "does not hold")
        #expect(!folder.exists("two.sqlite") && !folder.exists("two.sqlite.key"))
        #expect(try folder.succeed("node", "list").output.contains("Kiosk"))
        expectRefusal(try folder.run("clone", address, "--board", "one.sqlite"), 73)
        let list = try folder.succeed("node", "invite", "--list", "--json").json().items
        #expect(list.count == 1 && list[0]["used"].int == 1 && list[0]["open"].bool == false)
        // Another hub's key at the same place is not believed.
        try folder.succeed("init", "--board", "other.sqlite")
        let other = try RunningHub(folder, board: "other.sqlite")
        let token = try #require(address.split(separator: "#").last)
        expectRefusal(
            try folder.run("clone", "\(other.address)#\(token)", "--board", "x.sqlite"), 77,
            "another copy")
        #expect(!folder.exists("x.sqlite"))
    }

    @Test("Where the copy cannot be made nobody is asked, and the invitation holds still")
    func failedClone() throws {
        let hub = try RunningHub(folder)
        let line = try folder.succeed("node", "invite", "--address", hub.address, "--json").json()[
            "line"
        ].string
        let address = String(try #require(line).dropFirst("communis clone '".count).dropLast())
        expectRefusal(
            try folder.run("clone", address, "--board", "no/such/folder/x.sqlite"), 74)
        try folder.write("mine", to: "x.sqlite")
        expectRefusal(try folder.run("clone", address, "--board", "x.sqlite"), 73)
        #expect(!folder.exists("x.sqlite.key"))
        let invitations = try folder.succeed("node", "invite", "--list", "--json").json()
        #expect(invitations[0]["used"].int == 0)
        // The hub is away: the key of the attempt is told of, and the next one takes it up.
        let port = hub.port
        try hub.kill()
        expectRefusal(try folder.run("clone", address, "--board", "y.sqlite"), 69)
        expectRefusal(
            try folder.run("init", "--board", "y.sqlite"), 73, "y.sqlite.key", "remove it")
        let again = try RunningHub(folder, port: port)
        try folder.succeed("clone", address, "--board", "y.sqlite")
        try folder.verified("y.sqlite")
        expectRefusal(try folder.run("clone", address, "--board", "z.sqlite"), 77)
        #expect(try !folder.names().contains { $0.hasPrefix("z.sqlite") })
        _ = try again.terminate()
    }

    @Test("A copy without a role is told what a steward has to run")
    func revoked() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let node = try folder.succeed("verify", "--json", "--board", "one.sqlite").json()["node"]
            .string
        let id = try #require(
            try node
                ?? folder.succeed("node", "list", "--json", "--board", "one.sqlite").json()
                .items.first { $0["this"].bool == true }?["id"].string)
        try folder.succeed("node", "revoke", id)
        expectRefusal(
            try folder.run("sync", "--board", "one.sqlite"), 77, "communis node admit \(id)")
    }

    @Test("A reader over HTTP reads all and writes nothing")
    func reader() throws {
        let hub = try RunningHub(folder)
        _ = try folder.submit("A bench", as: "ann@x.org", "communis.sqlite")
        try folder.join(hub, as: "one.sqlite", role: "reader")
        #expect(try folder.succeed("list", "--board", "one.sqlite").output.contains("A bench"))
        expectRefusal(
            try folder.run("submit", "X", "--as", "a@x.org", "--board", "one.sqlite"), 77)
        #expect(try sync("one.sqlite")["equal"].bool == true)
        // Admitted to write, it gets the board's secret with the next sync: members are the same.
        let id = try #require(
            try folder.succeed("node", "list", "--json", "--board", "one.sqlite").json()
                .items.first { $0["this"].bool == true }?["id"].string)
        try folder.succeed("node", "admit", id)
        expectRefusal(
            try folder.run("submit", "X", "--as", "a@x.org", "--board", "one.sqlite"), 77,
            "node admit \(id)")
        #expect(try sync("one.sqlite")["equal"].bool == true)
        let ref = try folder.submit("From a reader that was", as: "ann@x.org", "one.sqlite")
        #expect(try sync("one.sqlite")["equal"].bool == true)
        try folder.succeed("vote", ref, "--as", "ANN@x.org")
        try folder.succeed("vote", ref, "--as", "ann@x.org", "--board", "one.sqlite")
        _ = try sync("one.sqlite")
        #expect(try folder.shown(ref)["agree"].int == 1)
    }

    /// Writes and syncs, and puts the backup in the place of the hub's file.
    ///
    /// - Returns: the port that the hub had.
    private func loseAfterBackup(_ hub: RunningHub) throws -> Int {
        _ = try folder.submit("After the backup", as: "ann@x.org", "communis.sqlite")
        #expect(try sync("one.sqlite")["received"]["changesets"].int == 1)
        let port = hub.port
        try hub.kill()
        _ = try folder.shell(
            """
            rm communis.sqlite* && mv saved.sqlite communis.sqlite && \
            mv saved.sqlite.key communis.sqlite.key
            """)
        return port
    }

    @Test("A hub that was restored from a backup gets back what it lost, and other nodes go on")
    func restored() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        try folder.succeed("backup", "saved.sqlite")
        let port = try loseAfterBackup(hub)
        let again = try RunningHub(folder, port: port)
        let report = try sync("one.sqlite", again)
        #expect(report["mode"].string == "repair" && report["equal"].bool == true)
        #expect(try folder.succeed("list").output.contains("After the backup"))
        try folder.verified()
    }

    @Test("A hub restored from before a node was admitted hears of that from the node")
    func restoredBefore() throws {
        let hub = try RunningHub(folder)
        try folder.succeed("backup", "saved.sqlite")
        try folder.join(hub, as: "one.sqlite")
        let port = try loseAfterBackup(hub)
        _ = try folder.submit("At the restored hub", as: "ann@x.org", "communis.sqlite")
        let again = try RunningHub(folder, port: port)
        let report = try sync("one.sqlite", again)
        #expect(report["mode"].string == "repair" && report["equal"].bool == true)
        #expect(try sync("one.sqlite", again)["equal"].bool == true)
        let list = try folder.succeed("list", "--board", "one.sqlite").output
        #expect(list.contains("After the backup") && list.contains("At the restored hub"))
        let nodes = try folder.succeed("node", "list", "--json", "--board", "one.sqlite").json()
        #expect(nodes.items.count == 2 && nodes.items.allSatisfy { $0["forked"].bool == false })
        try folder.verified()
        // Somebody whom nobody admitted has nothing to show.
        try folder.succeed("node", "revoke", try folder.id(of: "one.sqlite"))
        expectRefusal(try folder.run("sync", "--board", "one.sqlite"), 77)
    }

    @Test(
        "A clock that is a day off signs with the hub's time, in one more round trip",
        .enabled(if: ShiftedClock.isAvailable, "no C compiler to make a shifted clock with"))
    func clockOff() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let clock = try ShiftedClock.variables(days: -1, in: folder)
        let report = try folder.run(
            "sync", "--json", "--board", "one.sqlite",
            environment: clock
        ).json().items[0]
        #expect(report["equal"].bool == true && report["roundTrips"].int == 2)
    }

    @Test("A hub syncs with its own peers in the background, and tells so")
    func background() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let second = try RunningHub(
            folder, board: "one.sqlite", options: ["--sync-every", "1s"])
        _ = try folder.submit("From the first", as: "ann@x.org", "communis.sqlite")
        let end = ContinuousClock.now + Program.timeLimit
        var list = ""
        while !list.contains("From the first"), ContinuousClock.now < end {
            list = try folder.succeed("list", "--board", "one.sqlite").output
        }
        #expect(list.contains("From the first"))
        let figures = try get(second, "/metrics")
        #expect(figures.contains("communis_peer_syncs_total"))
        #expect(!figures.contains("communis_peer_syncs_total 0\n"))
    }

    @Test("A hub that becomes another node in a process beside it ends with one line")
    func newKey() throws {
        let hub = try RunningHub(folder)
        try folder.succeed("node", "rename", "--new-key")
        let end = try hub.wait()
        #expect(end.code == 77)
        #expect(end.errors.contains("communis: the key of this copy was changed"))
    }

    @Test("SIGTERM ends it in time, whatever it is in the middle of")
    func ending() throws {
        let silent = try Listener { socket in
            while !socket.read().isEmpty {}
        }
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let second = try RunningHub(
            folder, board: "one.sqlite", options: ["--sync-every", "1s"],
            environment: ["COMMUNIS_SSH": folder.path("ssh")])
        // Its peers are silent: one over HTTP, one over ssh.
        try folder.writeProgram("#!/bin/sh\nexec sleep 1000\n", to: "ssh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("ssh"))
        try folder.remember(
            ["http://127.0.0.1:\(silent.port)", "ssh://office.example/board"], in: "one.sqlite")
        let request = try Socket(port: second.port)
        request.write("POST /sync/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
        // Half a second after it looks for peers each second.
        usleep(1_500_000)
        let start = ContinuousClock.now
        let end = try second.terminate()
        #expect(end.code == 0, "\(end.errors)")
        #expect(ContinuousClock.now - start < .seconds(25))
        try hub.kill()
    }

    @Test("A copy that is served to nobody but this computer is invited to with a hint")
    func hint() throws {
        let line = try folder.run("node", "invite")
        #expect(line.code == 0 && line.output.hasPrefix("communis clone 'http://"))
        #expect(line.errors.contains("communis serve --host 0.0.0.0"))
        let told = try folder.run("node", "invite", "--address", "https://x.example")
        #expect(!told.errors.contains("--host"))
    }

    @Test("A port that is taken is one line; so is a hub that is not there")
    func ports() throws {
        let hub = try RunningHub(folder)
        let error = #expect(throws: RunningHub.NotServing.self) {
            try RunningHub(folder, port: hub.port, options: ["--log", "json"])
        }
        #expect(error?.errors.contains("port \(hub.port) is in use; ") == true)
        let elsewhere = #expect(throws: RunningHub.NotServing.self) {
            try RunningHub(folder, options: ["--host", "999.1.1.1"])
        }
        #expect(elsewhere?.errors.contains("there is no address \"999.1.1.1\" here; ") == true)
        try folder.join(hub, as: "one.sqlite")
        try hub.kill()
        expectRefusal(try folder.run("sync", "--board", "one.sqlite"), 69, "cannot be reached")
        // Its secret is not for whoever reads what a script wrote.
        let line = try folder.run("node", "invite", "--address", hub.address).output
        let invitation = try #require(line.split(separator: "'").dropFirst().first).description
        let tried = try folder.run("sync", ".", invitation, "--board", "one.sqlite", "--json")
        #expect(tried.code == 69)
        let peers = try tried.json().items
        #expect(peers.count == 2 && peers[0]["equal"].bool == true)
        #expect(peers[1]["peer"].string == hub.address && peers[1]["exitCode"].int == 69)
        #expect(peers[1]["error"].string?.contains("cannot be reached") == true)
    }

    private func get(_ hub: RunningHub, _ path: String) throws -> String {
        let socket = try Socket(port: hub.port)
        socket.write("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return socket.readToEnd()
    }

    @Test("With a certificate it serves TLS, which is believed where its signer is named")
    func certificate() throws {
        let made = try folder.shell(
            """
            command -v openssl > /dev/null || exit 9
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout hub.key -out hub.pem
            """)
        if made.code == 9 {
            print("skipped: there is no openssl to make a certificate with")
            return
        }
        #expect(made.code == 0, "\(made.errors)")
        let hub = try RunningHub(
            folder,
            options: ["--host", "localhost", "--certificate", "hub.pem", "--key", "hub.key"])
        #expect(hub.address.hasPrefix("https://localhost:"))
        let line = try folder.run("node", "invite", "--address", hub.address).output
        let address = try #require(line.split(separator: "'").dropFirst().first.map(String.init))
        expectRefusal(
            try folder.run("clone", address, "--board", "one.sqlite"), 69, "--authority")
        try folder.succeed(
            "clone", address, "--board", "one.sqlite", "--authority", "hub.pem")
        // Remembered, as an absolute path, for the syncs that come.
        try folder.succeed("sync", "--board", "one.sqlite")
        let peers = try folder.succeed("peer", "list", "--board", "one.sqlite", "--json").json()
        #expect(peers.items[0]["authority"].string == folder.path("hub.pem"))
        #expect(
            try folder.run("peer", "list", "--board", "one.sqlite", environment: ["COLUMNS": "300"])
                .output.contains("trusting"))
        _ = try folder.shell("mv hub.pem away.pem")
        expectRefusal(
            try folder.run("sync", "--board", "one.sqlite"), 66, "hub.pem, cannot be read")
        _ = try folder.shell("mv away.pem hub.pem")
        // Another with --authority takes its place, from the folder of the moment.
        _ = try folder.shell("mkdir certificates && cp hub.pem certificates/other.pem")
        try folder.succeed(
            "sync", "--board", "one.sqlite", "--authority", "certificates/other.pem")
        #expect(
            try folder.succeed("peer", "list", "--board", "one.sqlite").output
                .contains("other.pem"))
        // No TLS before 1.2.
        func speaks(_ version: String) throws -> Bool {
            try folder.shell(
                """
                openssl s_client -connect localhost:\(hub.port) -\(version) \
                    -cipher DEFAULT@SECLEVEL=0 < /dev/null
                """
            ).code == 0
        }
        #expect(try speaks("tls1_2"))
        #expect(try !speaks("tls1_1"))
        let error = #expect(throws: RunningHub.NotServing.self) {
            try RunningHub(folder, options: ["--certificate", "hub.key", "--key", "hub.key"])
        }
        #expect(error?.errors.contains("no certificate") == true)
    }
}
