"""The parameter `fields`: items[a,b[c]],total_count keeps these parts of an answer alone."""

Tree = dict[str, "Tree"]


def trimmed(body: object, wanted: str) -> object:
    return _keep(body, _tree(wanted)) if wanted else body


def _tree(text: str) -> Tree:
    root: Tree = {}
    stack, name = [root], ""
    for letter in f"{text},":
        if letter in ",[]":
            node = stack[-1].setdefault(name, {}) if name else None
            name = ""
            if letter == "[" and node is not None:
                stack.append(node)
            elif letter == "]":
                stack.pop()
        else:
            name += letter
    return root


def _keep(value: object, tree: Tree) -> object:
    if not tree:
        return value
    if isinstance(value, list):
        return [_keep(item, tree) for item in value]
    if isinstance(value, dict):
        return {key: _keep(value[key], branch) for key, branch in tree.items() if key in value}
    return value
