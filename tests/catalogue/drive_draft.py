"""driver run by service's python"""

import asyncio, sys, os, pathlib, tempfile, traceback, importlib.util, logging

sys.path.insert(0, "/work/main/tests")
from catalogue.cases import CASES
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from alembic import command
from alembic.util import CommandError
from invoice_service.db.base import NAMING_CONVENTION
from invoice_service.db.config import alembic_config
from invoice_service.db.alembic import initial
from invoice_service.db.scratch import scratch_database
from invoice_service.db.connect import connection_to


def meta(src):
    m = sa.MetaData(naming_convention=NAMING_CONVENTION)
    exec(src, {"sa": sa, "pg": pg, "m": m})
    return m


def config(m, versions, **kw):
    c = alembic_config(target_metadata=m, **kw)
    c.set_main_option("version_locations", str(versions))
    return c


async def run(url, fn, *a, cfg):
    async with connection_to(url) as conn:

        def go(sc):
            cfg.attributes["connection"] = sc
            try:
                fn(cfg, *a)
            finally:
                cfg.attributes.pop("connection", None)

        await conn.run_sync(go)


async def one(case, show):
    v = pathlib.Path(tempfile.mkdtemp())
    cfg = config(meta(case.before), v)
    cfg.set_main_option("revision_environment", "true")
    command.revision(cfg, "first", sql=True, process_revision_directives=initial.compose)
    n = len(list(v.glob("*.py")))
    kw = {"allow": case.allow} if case.allow else {}
    try:
        command.revision(config(meta(case.after), v, **kw), "change", autogenerate=True)
    except CommandError as e:
        if show:
            print(e)
        assert case.refused, f"refused unexpectedly: {e}"
        for f in case.refused:
            assert f in str(e), (f, str(e))
        assert len(list(v.glob("*.py"))) == n
        return
    assert not case.refused, "not refused"
    files = {}
    for p in sorted(v.glob("*.py")):
        t = p.read_text()
        if "Create the" in t or "down_revision: str | tuple[str, ...] | None = None" in t:
            continue
        files["contract" if 'phase = "contract"' in t else "expand"] = t
    if show:
        for k, t in files.items():
            print("-----", k)
            print(t[t.index("def upgrade") :])
    assert set(files) == {k for k in ("expand", "contract") if getattr(case, k)}, set(files)
    for k, t in files.items():
        for f in getattr(case, k):
            assert f in t, (k, f, t)
    for p in v.glob("*.py"):
        t = p.read_text().replace("value=...", "value=\"'v' || id\"")
        p.write_text(t)
    async with scratch_database() as url:
        cfg = config(meta(case.after), v)
        first = sorted(v.glob("*.py"))
        await run(url, command.upgrade, "heads", cfg=cfg)
        await run(url, command.check, cfg=cfg)
        await run(url, command.downgrade, "base", cfg=cfg)
        await run(url, command.upgrade, "+1", cfg=cfg)
        async with connection_to(url) as c:

            def fill(sc):
                insp = sa.inspect(sc)
                for i in range(50):
                    cols = {x["name"]: x for x in insp.get_columns("invoice")}
                    vals = {"name": f"'n{i}'"}
                    for extra in ("code", "note"):
                        if extra in cols and not cols[extra]["nullable"]:
                            vals[extra] = f"'c{i}'"
                    sc.execute(
                        sa.text(
                            f"insert into invoice ({','.join(vals)}) values ({','.join(vals.values())})"
                        )
                    )

            await c.run_sync(fill)
            await c.commit()
        await run(url, command.upgrade, "heads", cfg=cfg)
        await run(url, command.check, cfg=cfg)
        await run(url, command.downgrade, "-1", cfg=cfg)
        await run(url, command.upgrade, "heads", cfg=cfg)
        cfg0 = cfg


async def main():
    logging.disable()
    want = sys.argv[1:]
    bad = 0
    for case in CASES:
        if want and not any(w in case.name for w in want):
            continue
        try:
            await one(case, bool(want))
            print("ok  ", case.name)
        except BaseException as e:
            bad += 1
            print("FAIL", case.name, "::", type(e).__name__, str(e)[:600])
            if want:
                traceback.print_exc()
    print(bad, "bad")


asyncio.run(main())
