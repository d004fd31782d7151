<%!
    from {{ cookiecutter.package_name }}.online.write.split import asked_for
%>\
<%
    def without_marks(text):
        return "\n".join(l for l in (text or "").splitlines() if "# ### " not in l).strip()

    upgrade, downgrade = without_marks(upgrades), without_marks(downgrades)
    body = f"{upgrade}\n{downgrade}"
    lines = [line for line in (imports or "").splitlines() if line]
    lines += ["import sqlalchemy as sa"] if "sa." in body else []
    lines += ["from alembic import op"] if "op." in body else []
    lines.sort(key=lambda line: (line.startswith("from"), line.split()[1].lower()))
    ours = [line for line in lines if line.split()[1].split(".")[0] == "{{ cookiecutter.package_name }}"]
    theirs = [line for line in lines if line not in ours]
    header = "\n\n".join("\n".join(group) for group in (theirs, ours) if group)

    title = " ".join((message or "change").split()).rstrip(".!?")
    title = title.replace("\\", "/").replace('"', "'")
    after = comma(down_revision) if down_revision else "nothing: it is the first"
    phase = (context.get("phases") or {}).get(up_revision) or asked_for(config)
%>\
"""${title[:1].upper() + title[1:]}.

Revision ${up_revision} (${phase}), after ${after}.
"""

% if context.get("unproven"):
# UNPROVEN: on the scratch database this did not arrive where the models are.
% for line in unproven.splitlines():
# ${line}
% endfor

% endif
% if header:
${header}

% endif
revision = "${up_revision}"
down_revision: str | tuple[str, ...] | None = ${repr(down_revision).replace("'", '"')}
branch_labels: str | tuple[str, ...] | None = ${repr(branch_labels).replace("'", '"')}
depends_on: str | tuple[str, ...] | None = ${repr(depends_on).replace("'", '"')}
phase = "${phase}"


def upgrade() -> None:
    """Apply the change."""
% if upgrade not in ("", "pass"):
    ${upgrade}
% endif


def downgrade() -> None:
    """Take the change back."""
% if downgrade not in ("", "pass"):
    ${downgrade}
% endif
