#!/usr/bin/env bash
# cruft 2.16.0: "cruft update" compares files that the project's .gitignore leaves out.
#
# A template whose post-generation hook runs Python writes bytecode beside the code. Git ignores it,
# so a project never has it; but cruft compares the two generated folders with "git diff
# --no-index", which knows no .gitignore. Once a module is gone from the template, the patch says
# "delete __pycache__/….pyc", Git's three-way merge refuses the whole patch ("does not exist in
# index"), and cruft falls back to "git apply --reject": an edit that would merge ends in a .rej
# file. The exit code is 0.
#
# Seen: "error: src/__pycache__/gone.cpython-….pyc: does not exist in index", and README.md.rej.
# Expected: no .rej, since the owner's line and the template's are far apart (it merges when the hook
# leaves no bytecode, which the second half shows).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet cruft==2.16.0 cookiecutter==2.7.1
export PATH="$work/venv/bin:$PATH" GIT_CONFIG_GLOBAL="$work/gitconfig"
unset PYTHONDONTWRITEBYTECODE
git config --file "$work/gitconfig" user.name Tester
git config --file "$work/gitconfig" user.email tester@example.com
git config --file "$work/gitconfig" init.defaultBranch main

commit() { git -C "$1" add --all && git -C "$1" commit --quiet --message "$2"; }

try() { # hook's command -> the .rej files that an update leaves
    rm -rf template made
    mkdir -p template/hooks 'template/{{cookiecutter.slug}}/src'
    echo '{"slug": "project"}' >template/cookiecutter.json
    echo "$1" >template/hooks/post_gen_project.py
    echo "__pycache__/" >'template/{{cookiecutter.slug}}/.gitignore'
    seq 1 40 >'template/{{cookiecutter.slug}}/README.md'
    echo "x = 1" | tee 'template/{{cookiecutter.slug}}/src/'{gone,stays}.py >/dev/null
    git init --quiet template
    commit template "First release"
    cruft create template --no-input --output-dir made >/dev/null
    git init --quiet made/project
    commit made/project "As made"
    # The owner adds a line where the template will not be; the template changes its own.
    sed -i '20s/.*/20\na line of the owner/' made/project/README.md
    commit made/project "Owner's work"
    git -C template rm --quiet '{{cookiecutter.slug}}/src/gone.py'
    sed -i '22s/.*/twenty-two/' 'template/{{cookiecutter.slug}}/README.md'
    commit template "Second release"
    (cd made/project && cruft update --skip-apply-ask >../said 2>&1) || { cat made/said; exit 1; }
    find made/project -name '*.rej' -printf '%f\n'
}

[[ $(try "import compileall; compileall.compile_dir('src', quiet=1)") == README.md.rej ]] ||
    { echo "cruft no longer falls back to .rej files because of ignored files"; exit 1; }
grep -q 'gone.*\.pyc: does not exist in index' made/said ||
    { echo "the reason has changed:"; cat made/said; exit 1; }
[[ -z $(try "pass") ]] ||
    { echo "the same edit no longer merges without bytecode: the finding proves nothing"; exit 1; }
echo "As found: ignored bytecode turns an update that merges into README.md.rej."
