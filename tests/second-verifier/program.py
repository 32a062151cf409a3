"""What the commands do with payloads: every path."""

from cbor import Map, Refused, Tag, entries, integer, need, uint, whole
from language import PARAMETERS, digest, parameter, transform

CONDITIONS = {1, 2, 3, 4, 5, 6, 7, 8, 14, 24, 25, 26, 27, 28}
DIRECTIVES = {11, 18, 21, 22, 23, 29, 31, 33, -257}
# What a condition looks at; what a directive cannot do without.
WANTS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 18, 7: 3, 24: 24, 25: 3, 26: 26, 27: 27, 28: 28}
LACKS = {18: 18, 21: 21, 22: 22, 29: 29, 31: 22}
SECTIONS = (15, 16, 18, 20, 7, 8, 9)
UNINSTALL = 24
COMMANDS_MAX, ARMS_MAX, DEPTH_MAX, PATHS_MAX, STEPS_MAX = 1024, 64, 4, 10_000, 1 << 16


class Use:
    """What one path does with a payload, and what it has to be for that."""

    def __init__(self, uri):
        self.uri, self.carried, self.images, self.manifests = uri, set(), set(), set()
        self.decoded, self.encrypted = False, False
        self.given = {}  # what a dependency finds set: component -> parameters
        self.sections = set()  # in which sections the dependency is run

    def copy(self):
        other = Use(self.uri)
        other.carried, other.images, other.manifests = set(self.carried), set(self.images), set(self.manifests)
        other.decoded, other.encrypted = self.decoded, self.encrypted
        other.given = {component: dict(parameters) for component, parameters in self.given.items()}
        other.sections = set(self.sections)
        return other


class Path:
    """The state of one path through the sequences."""

    def __init__(self, count):
        self.count, self.index, self.soft, self.steps, self.section = count, [0], False, 0, None
        self.loose = None  # while strict-order is false: what was written and what was read
        self.touched = (set(), set())
        self.parameters = [{} for _ in range(count)]
        self.content = [None] * count
        self.intact = set()  # dependencies that were checked since they were last written
        self.uses, self.facts = {}, {}

    def fork(self):
        other = Path(self.count)
        other.index, other.facts, other.soft, other.steps = list(self.index), dict(self.facts), self.soft, self.steps
        other.section = self.section
        other.parameters = [dict(parameters) for parameters in self.parameters]
        other.content, other.intact = list(self.content), set(self.intact)
        other.loose = self.loose and tuple(map(set, self.loose))
        other.touched = tuple(map(set, self.touched))
        other.uses = {key: use.copy() for key, use in self.uses.items()}
        return other


class Aborted(Exception):
    """The path ends and installs nothing."""


class Program:
    def __init__(self, components, dependencies):
        self.components, self.dependencies = components, dependencies
        self.count = max([len(components), *(index + 1 for index in dependencies)])

    def start(self, given):
        """A path before its first command; `given` is what a dependent has set."""
        path = Path(self.count)
        for index, component in enumerate(self.components):
            path.parameters[index].update(given.get(component, {}))
        return path

    # -- every sequence against its rules, whether it will run or not --

    def parse(self, items, shared, depth=0):
        need(isinstance(items, list) and items and len(items) % 2 == 0, "a command sequence has pairs of items")
        need(len(items) <= 2 * COMMANDS_MAX, "a sequence is too long")
        need(depth <= DEPTH_MAX, "sequences are nested too deeply")
        commands = list(zip(items[::2], items[1::2]))
        for code, argument in commands:
            need(integer(code), "a command is no integer")
            if code in CONDITIONS or code in DIRECTIVES:
                need(not (shared and code in DIRECTIVES), f"directive {code} in the shared sequence")
                need(uint(argument) and argument <= 15, "a reporting policy is 0 to 15")
            elif code == 12:
                several = argument if isinstance(argument, list) else [argument]
                need(argument is True or several, "no component index")
                for index in several:
                    need(argument is True or self.inside(index), "a component index out of range")
                need(len(set(several)) == len(several), "a component index twice")
            elif code in (19, 20):
                self.set(argument, shared, depth)
            elif code == 34:
                for index, parameters in entries(argument, "override-multiple"):
                    need(self.inside(index), "a component index out of range")
                    self.set(parameters, shared, depth)
            elif code == 35:
                for index, labels in entries(argument, "copy-params"):
                    need(self.inside(index), "a component index out of range")
                    need(isinstance(labels, list) and labels, "copy-params of nothing")
                    need(all(integer(label) and label in PARAMETERS for label in labels), "copy-params of an unknown parameter")
            elif code == 15:
                need(isinstance(argument, list), "try-each has sequences")
                arms = argument[:-1] if argument and argument[-1] is None else argument
                need(2 <= len(arms) <= ARMS_MAX, "try-each has two sequences at least, and not too many")
                for arm in arms:
                    self.parse(whole(arm, "a sequence"), shared, depth + 1)
            elif code == 32:
                self.parse(whole(argument, "a sequence"), shared, depth + 1)
            else:
                raise Refused(f"command {code} is not known")
        return commands

    def inside(self, index):
        return uint(index) and index < self.count

    def set(self, argument, shared, depth):
        for key, value in entries(argument, "a set of parameters"):
            parameter(key, value, shared)
            need(key != 13 or depth > 0, "soft-failure outside try-each and run-sequence")

    def top(self, body, what, shared=False):
        commands = self.parse(whole(body, what), shared)
        need(self.count == 1 or commands[0][0] in (12, 34), f"{what} does not say which component")
        return commands

    # -- along every path --

    def run(self, commands, path):
        """All ends of a sequence from this path: pairs of a path and whether it succeeded. An abort is no end."""
        ends = [(path, True)]
        for code, argument in commands:
            further = []
            for at, going in ends:
                if not going:
                    further.append((at, False))
                    continue
                at.steps += 1
                need(at.steps <= STEPS_MAX, "too much work")
                try:
                    further += self.step(code, argument, at)
                except Aborted:
                    pass
            ends = further
            need(len(ends) <= PATHS_MAX, "too many paths")
        return ends

    def step(self, code, argument, path):
        if code == 12:
            path.index = list(range(self.count)) if argument is True else argument if isinstance(argument, list) else [argument]
            return [(path, True)]
        if code == 34:
            for index, parameters in argument.items():
                self.override(path, index, parameters)
                path.index = [index]
            return [(path, True)]
        several = path.index
        ends = [(path, True)]
        for component in several:
            further = []
            for at, going in ends:
                if not going:
                    further.append((at, False))
                    continue
                at.steps += 1
                if len(several) > 1:
                    at.index = [component]
                further += self.one(code, argument, at, component, len(several) > 1)
            ends = further
        for at, _ in ends:
            at.index = several
        return ends

    def one(self, code, argument, path, component, several):
        if code in (19, 20):
            self.override(path, component, argument, unset_only=code == 19)
            return [(path, True)]
        if code == 35:
            for source, labels in argument.items():
                known = path.parameters[source]
                path.parameters[component].update({label: known[label] for label in labels if label in known})
            return [(path, True)]
        if code == 32:
            return self.inner(argument, path, several)
        if code == 15:
            return self.arms(argument, path)
        if code in CONDITIONS:
            return self.condition(code, path, component)
        self.directive(code, path, component)
        return [(path, True)]

    @staticmethod
    def override(path, component, parameters, unset_only=False):
        own = path.parameters[component]
        for key, value in parameters.items():
            if key == 13:
                path.soft = value
            elif key == 12:
                path.loose = None if value else path.loose or (set(), set())
            elif not (unset_only and key in own):
                own[key] = value

    @staticmethod
    def touch(path, written, read):
        """Notes what a command writes and reads; in any order nothing may be both."""
        path.touched = (path.touched[0] | written, path.touched[1] | read)
        if path.loose is not None:
            path.loose = (path.loose[0] | written, path.loose[1] | read)
            if path.loose[0] & path.loose[1]:
                raise Aborted

    def inner(self, sequence, path, several):
        commands = list(pairs(sequence))
        if path.loose is not None:
            # MAN 6.7: what may run beside others sets the index first or never.
            first = 0 if several else 1
            if not several and commands[0][0] != 12 or any(code in (12, 34) for code, _ in commands[first:]):
                raise Aborted
        outer, loose, before = path.soft, path.loose, path.touched
        path.soft, path.loose, path.touched = False, None, (set(), set())
        ends = self.run(commands, path)
        for at, _ in ends:
            inner, at.loose = at.touched, loose and tuple(map(set, loose))
            at.soft, at.touched = outer, before
            self.touch(at, *inner)
        # A failure that is not soft was an abort; a soft one ends the sequence only.
        return [(at, True) for at, _ in ends]

    def arms(self, arms, path):
        done, waiting, outer, index = [], [path], path.soft, path.index
        for arm in arms:
            if arm is None:
                done += [(at, True) for at in waiting]
                waiting = []
                break
            failed = []
            for at in waiting:
                start = at.fork()
                start.soft, start.index = True, list(index)
                for end, good in self.run(list(pairs(arm)), start):
                    if good:
                        done.append((end, True))
                    else:
                        failed.append(end)
            waiting = failed
        # An error of try-each is a failed directive: those paths abort.
        for at, _ in done:
            at.soft = outer
        return done

    def condition(self, code, path, component):
        parameters = path.parameters[component]
        if code == 8:
            return [(path, True)] if component in self.dependencies else self.failed(path)
        if code == 7:
            return self.integrity(path, component)
        if code == 14 or WANTS[code] not in parameters:
            return self.failed(path)
        value = parameters[WANTS[code]]
        value = (value.number, value.value) if isinstance(value, Tag) else value
        fact = (code, component if code == 5 else None, value)
        lasting = code in (1, 2, 5, 24)
        answers = [True, False] if not lasting or path.facts.get(fact) is None else [path.facts[fact]]
        if code == 5 and any(known and at[:2] == fact[:2] and at != fact for at, known in path.facts.items()):
            answers = [False]
        ends = []
        for answer in answers:
            end = path.fork()
            if lasting:
                end.facts[fact] = answer
            if answer:
                if code == 3:
                    self.judge(end, component)
                ends.append((end, True))
            else:
                ends += self.failed(end)
        return ends

    @staticmethod
    def failed(path):
        # Outside try-each, and where failures are not soft, a failed condition aborts, and such a path installs nothing.
        return [(path, False)] if path.soft else []

    def judge(self, path, component):
        parameters, content = path.parameters[component], path.content[component]
        stated = digest(whole(parameters[3], "an image digest"))
        if content is None:
            return
        number, decoded = content
        if component in self.dependencies:
            path.uses[number].manifests.add(stated)
        else:
            (path.uses[number].images if decoded else path.uses[number].carried).add((stated, parameters.get(14)))

    def integrity(self, path, component):
        need(component in self.dependencies, "dependency-integrity of what is no dependency")
        need(3 in path.parameters[component], "dependency-integrity without a digest")
        self.judge(path, component)
        path.intact.add(component)
        return [(path, True)]

    def directive(self, code, path, component):
        parameters = path.parameters[component]
        if code == 11:
            need(component in self.dependencies, "process-dependency of what is no dependency")
            need(component in path.intact, "process-dependency without dependency-integrity")
            if path.content[component] is not None:
                # In the examples, whose dependencies stand behind the components, the prefix is their own name.
                prefix = self.dependencies[component] if component < len(self.components) else None
                self.give(path, path.uses[path.content[component][0]], prefix or ())
            return
        if code in LACKS and LACKS[code] not in parameters:
            raise Aborted
        source = parameters.get(22)
        reads = {source} if code in (22, 31) and source is not None else set()
        if code == -257 and -257 in parameters and transform(parameters[-257])[0] == 1:
            reads = {source}
        both = {component, source} if code == 31 else set()
        if code not in (23, 29):
            self.touch(path, {component} | both, reads)
        if code in (18, 21, 22, 31, 33, -257):
            path.intact.discard(component)
        if code == 21:
            path.content[component] = (self.use(path, parameters[21]), False)
        elif code in (22, 31):
            if source >= self.count or source == component:
                raise Aborted
            path.content[component], former = path.content[source], path.content[component]
            if code == 22 and 19 in parameters and path.content[component] is not None:
                number, made = path.content[component]
                if made:
                    raise Aborted
                path.uses[number].encrypted = path.uses[number].decoded = True
                path.content[component] = (number, True)
            if code == 31:
                path.content[source] = former
                path.intact.discard(source)
        elif code in (18, 33):
            path.content[component] = None
        elif code == -257:
            if not {3, 14, -257} <= parameters.keys():
                raise Aborted
            origin, size, stated = transform(parameters[-257])
            if origin == 0:
                if 21 not in parameters:
                    raise Aborted
                number = self.use(path, parameters[21])
            else:
                if source is None or source >= self.count or source == component:
                    raise Aborted
                if path.content[source] is None:
                    path.content[component] = None
                    return
                number, decoded = path.content[source]
                if decoded:
                    raise Aborted
            path.uses[number].carried.add((stated, size))
            path.uses[number].decoded = True
            path.uses[number].encrypted |= 19 in parameters
            path.content[component] = (number, True)

    def give(self, path, use, prefix):
        """A dependency finds the parameters of the components it has in common with its dependent (TD 5.4)."""
        use.sections.add(path.section)
        for index, component in enumerate(self.components):
            if component[: len(prefix)] == prefix:
                use.given.setdefault(component[len(prefix) :], {}).update(path.parameters[index])

    @staticmethod
    def use(path, uri):
        number = len(path.uses)
        path.uses[number] = Use(uri)
        return number


def pairs(sequence):
    items = whole(sequence, "a sequence")
    return zip(items[::2], items[1::2])


def bindings(manifest, members, common, dependencies, given, report):
    """URI -> what the bytes have to be, what comes out of them if they are compressed, which manifest they hold, whether they are
    encrypted, and what is given to that manifest: over all paths."""
    program = Program([tuple(component) for component in common[2]], dependencies)
    shared = program.top(common[4], "the shared sequence", True) if 4 in common else []
    sections = []
    for key in (*SECTIONS, UNINSTALL):
        value = manifest.get(key)
        if isinstance(value, list):
            need(key in members, f"sequence {key} is not at hand")
            value = members[key]
        if value is not None:
            commands = program.top(value, f"sequence {key}")
            if key != UNINSTALL:
                sections.append((key, commands))
    notes([commands for _, commands in sections], shared, report)
    paths = [program.start(known) for known in given or [{}]]
    for key, section in sections:
        for commands in (shared, section):
            for path in paths:
                path.section = key
                path.index, path.loose, path.touched = [0], None, (set(), set())
            paths = [end for path in paths for end, good in program.run(commands, path) if good]
    need(paths, "no path runs to its end")
    found = {}
    for path in paths:
        for use in path.uses.values():
            judged = use.images if use.decoded else use.carried or use.manifests
            need(judged, f"nothing judges the payload {use.uri} on some path")
            known = found.setdefault(use.uri, (set(), set(), set(), set(), []))
            known[0].update(use.carried)
            known[1].update(use.images)
            known[2].update(use.manifests)
            known[3].update({use.encrypted} - {False})
            if use.sections and (use.given, use.sections) not in known[4]:
                known[4].append((use.given, use.sections))
    return found


def notes(sections, shared, report):
    """Names what was read and is for a device to judge."""
    asked = {4: "the time", 26: "the battery", 27: "whether the update is allowed", 28: "the version of what is installed", 29: "what is waited for"}
    found = set()

    def walk(commands):
        for code, argument in commands:
            found.add(code)
            if code == 15:
                for arm in argument:
                    walk(pairs(arm) if arm is not None else [])
            elif code == 32:
                walk(pairs(argument))
            elif code in (19, 20) and 19 in argument:
                found.add("encrypted")

    for commands in (shared, *sections):
        walk(commands)
    report["not_judged"] += [words for code, words in asked.items() if code in found]
    if "encrypted" in found:
        report["not_judged"].append("what comes out of encrypted payloads")
