import Foundation
import Testing

/// A disk that fills up, played on a small file system that only the test's children see.
@Suite(.enabled(if: Machine.canMount, "mounting a file system is not permitted here"))
struct FullDiskTests {
    let folder = TestFolder()

    /// What one step of the script left: its exit code and standard error.
    private func step(_ name: String) throws -> Outcome {
        Outcome(
            code: Int32(try folder.read("\(name).code").trimmingCharacters(in: .newlines)) ?? -1,
            bytes: Data(try folder.read("\(name).out").utf8), errors: try folder.read("\(name).err")
        )
    }

    /// Runs a script on a board on a disk of 2 MB. `step NAME WORDS…` runs the program and keeps
    /// what it says; `fill LEFT` leaves so many KB free; `free` takes the filling away.
    private func onSmallDisk(_ script: String) throws {
        try folder.write(
            """
            set -e
            mount -t tmpfs -o size=2m none disk
            step() {
                name=$1; shift; code=0
                "$PROGRAM" "$@" > $name.out 2> $name.err || code=$?
                echo $code > $name.code
            }
            fill() {
                free=$(df -k --output=avail disk | tail -n 1)
                head -c $(( (free - $1) * 1024 )) /dev/zero > disk/filling
            }
            free() { rm disk/filling; }
            export COMMUNIS_BOARD=disk/communis.sqlite COMMUNIS_AS=alice
            step init init
            step submit submit "A bench"
            ref=$(cat submit.out)
            step before verify --json
            \(script)
            step after verify --json
            step list list --json
            """, to: "script")
        let outcome = try folder.shell("mkdir disk && exec unshare -m /bin/sh script")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try step("after").json()["ok"].bool == true)
    }

    @Test func oneVoteTooMany() throws {
        try onSmallDisk(
            """
            fill 0
            voter=0
            while [ $voter -lt 200 ]; do
                step vote vote $ref --as voter$voter
                [ $(cat vote.code) = 0 ] || break
                voter=$((voter + 1))
            done
            echo $voter > voters
            step again vote $ref --as late
            step reading list --json
            free
            step later vote $ref --as late
            """)
        expectRefusal(try step("vote"), 74, "disk/communis.sqlite")
        expectRefusal(try step("again"), 74)
        let votes = try #require(Int(try folder.read("voters").trimmingCharacters(in: .newlines)))
        #expect(votes < 200)
        #expect(try step("reading").json()[0]["agree"].int == votes)
        #expect(try step("later").code == 0)
        #expect(try step("list").json()[0]["agree"].int == votes + 1)
    }

    @Test func aDiskThatBecomesReadOnly() throws {
        try onSmallDisk(
            """
            mount -o remount,ro disk
            step reading list --json
            step top top --format csv
            step vote vote $ref
            step backup backup disk/safe.sqlite
            step clone clone disk/communis.sqlite --board copy.sqlite
            step sync sync copy.sqlite
            mount -o remount,rw disk
            step later vote $ref
            """)
        #expect(try step("reading").json().items.count == 1)
        #expect(try step("top").code == 0)
        for name in ["vote", "backup", "sync"] { expectRefusal(try step(name), 74, "disk/") }
        #expect(try step("later").code == 0)
        #expect(try step("list").json()[0]["agree"].int == 1)
    }

    @Test func anImportTooLarge() throws {
        let conversation = Conversation(comments: 40, voters: 300)
        try conversation.write(to: "talk", in: folder)
        try onSmallDisk(
            """
            fill 200
            step import import polis talk
            free
            step middle verify --json
            """)
        expectRefusal(try step("import"), 74, "full")
        let (before, middle) = (try step("before").json(), try step("middle").json())
        #expect(before["fingerprint"].string == middle["fingerprint"].string)
        #expect(before["view"].string == middle["view"].string)
        #expect(try step("list").json().items.count == 1)
    }

    @Test func noRoomForABoardOrABackup() throws {
        try onSmallDisk(
            """
            fill 8
            step other init --board disk/other.sqlite
            step backup backup disk/safe.sqlite
            step clone clone disk/communis.sqlite --board disk/copy.sqlite
            step top top --format html -o disk/top.html
            ls disk > names
            free
            """)
        expectRefusal(try step("other"), 74, "disk/other.sqlite")
        expectRefusal(try step("backup"), 74, "disk/safe.sqlite")
        expectRefusal(try step("clone"), 74)
        let names = try folder.read("names").split(separator: "\n").filter {
            !$0.hasPrefix("communis.sqlite") && $0 != "filling" && $0 != "top.html"
        }
        #expect(names == [])
    }

    @Test func aSyncToAFullDisk() throws {
        try Conversation(comments: 40, voters: 300).write(to: "talk", in: folder)
        try onSmallDisk(
            """
            step clone clone disk/communis.sqlite --board big.sqlite
            step import import polis talk --board big.sqlite
            fill 100
            step sync sync big.sqlite
            free
            step middle verify --json
            """)
        #expect(try step("import").code == 0)
        expectRefusal(try step("sync"), 74, "disk/communis.sqlite")
        #expect(try step("middle").json()["ok"].bool == true)
    }
}
