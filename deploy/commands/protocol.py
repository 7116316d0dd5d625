"""`throughline protocol`: check a document, list and show protocols, publish one and put it in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json, print_table
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    from domain.network.network import Network
    from domain.protocol.check import Finding
    from domain.protocol.publication import Publication

protocol = typer.Typer(
    no_args_is_help=True, help="Clinical protocols: numbers, rules and lists as versioned documents."
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A protocol document, as JSON.")]
Which = Annotated[str, typer.Argument(help="Such as kap-core.")]
Version = Annotated[str | None, typer.Option("--version", help="Which version; the newest, where left out.")]


@protocol.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Explain every mistake of a document, with its line and the reason. Exit code 1 where there are mistakes."""
    from domain.protocol.check import check as examine
    from domain.protocol.check import mistakes

    found = examine(_text_of(file))
    wrong = mistakes(found)
    if as_json:
        print_json({"file": str(file), "mistakes": len(wrong), "findings": [finding._asdict() for finding in found]})
    else:
        _explain(found, len(wrong))
    if wrong:
        raise typer.Exit(1)


@protocol.command("list")
def list_protocols(network: OfNetwork = None, as_json: AsJson = False) -> None:
    """List the protocols shipped here, and those drafted, published and adopted in a network."""
    from domain.protocol.shipped import shipped_keys

    found = [{"protocol_id": one, "version": version, "stands": "shipped"} for one, version in shipped_keys()]
    found += _in_network(network)
    if as_json:
        print_json(found)
    else:
        print_table(["protocol", "version", "stands"], [list(one.values()) for one in found])


@protocol.command()
def show(protocol_id: Which, version: Version = None, network: OfNetwork = None, as_json: AsJson = False) -> None:
    """Show a protocol: every rule and number with its source and mark. With --json the document itself."""
    from domain.protocol.protocol import hash_of, read

    document = _shipped(protocol_id, version) if network is None else None
    document = document or _document_of(protocol_id, version, network)
    if as_json:
        print_json(document)
        return
    found = read(document)
    print_facts(
        {"Protocol": found.key, "Title": found.title, "Approval": found.approved_by, "SHA-256": hash_of(document)}
    )
    rows = [[rule.rule, rule.name, rule.gate_class.value, rule.source, rule.mark.value] for rule in found.rules]
    print_table(["rule", "name", "class", "source", "mark"], rows)
    numbers = [(name, number) for name, number in found.numbers if number is not None]
    print_table(
        ["number", "value", "unit", "source", "mark"],
        [[name, one.value, one.unit, one.source, one.mark.value] for name, one in numbers],
    )
    kinds = [[one.kind, one.key, one.rule, one.source, one.mark.value] for one in found.requirements]
    print_table(["kind", "requirement", "rule", "source", "mark"], kinds, empty="No requirements by data alone.")


@protocol.command()
def publish(file: File, network: OfNetwork = None, as_json: AsJson = False) -> None:
    """Publish a document in a network as the operator: whoever reviewed it stands outside this system."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.protocol.publication import PROTOCOL, stream_id_of
    from domain.protocol.publish_protocol import PublishDocument, publish_document

    document = _checked(file)
    with wired() as wiring:
        found = the_network(wiring, network)
        stream_id = stream_id_of(found.network_id, str(document["protocol_id"]))
        receipt = act(
            wiring, found.network_id, PROTOCOL, stream_id, publish_document, PublishDocument(document=document)
        )
    answer = {"network": found.slug, **_key(document), "published": bool(receipt.recorded)}
    print_json(answer) if as_json else print_facts(answer)


@protocol.command()
def adopt(
    protocol_id: Which,
    version: Version = None,
    network: OfNetwork = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="Beside the one in force: plans may be issued under it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a published or shipped protocol in force. A prescriber of the network has to stand behind it."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
    from domain.network.network import NETWORK

    document = _document_of(protocol_id, version, network)
    with wired() as wiring:
        found = the_network(wiring, network)
        order = AdoptProtocol(document=document, beside=beside)
        act(wiring, found.network_id, NETWORK, found.network_id, adopt_protocol, order)
    answer = {"network": found.slug, **_key(document), "beside": beside}
    print_json(answer) if as_json else print_facts(answer)


def _explain(found: "tuple[Finding, ...]", wrong: int) -> None:
    for finding in found:
        place = f"{finding.place}: " if finding.place else ""
        typer.echo(f"line {finding.line}: {finding.severity.value}: {place}{finding.says}")
    typer.echo("No mistakes." if not wrong else "1 mistake." if wrong == 1 else f"{wrong} mistakes.")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise CannotGoOn(f"{file} is not written in UTF-8 (byte {fault.start}). Save it as UTF-8.") from None


def _checked(file: Path) -> dict[str, Any]:
    """The document of a file without mistakes."""
    from json import loads

    from domain.protocol.check import check as examine
    from domain.protocol.check import mistakes

    text = _text_of(file)
    if wrong := mistakes(examine(text)):
        first = f"line {wrong[0].line}: {wrong[0].says}"
        raise CannotGoOn(f"{file} cannot be used: {first} See `throughline protocol check {file}`.")
    document: dict[str, Any] = loads(text)
    return document


def _key(document: dict[str, Any]) -> dict[str, object]:
    return {"protocol_id": document["protocol_id"], "protocol_version": document["protocol_version"]}


def _in_network(slug: str | None) -> list[dict[str, str]]:
    """What a network drafted, published and adopted; nothing where there is no network yet."""
    from deploy.operating.networks import networks, the_network
    from deploy.wiring import wired

    with wired() as wiring:
        if slug is None and not networks(wiring):
            return []
        found = the_network(wiring, slug)
        network, publications = _protocols_of(wiring, found.network_id)
    rows = [(one.protocol_id or "", version, stands) for one in publications for version, stands in one.standings()]
    rows += [(one.protocol_id, one.protocol_version, _adopted(one, network)) for one in network.adoptions.values()]
    return [{"protocol_id": name, "version": version, "stands": stands} for name, version, stands in sorted(rows)]


def _adopted(one: Any, network: "Network") -> str:
    return "in force" if one is network.current else "adopted"


def _protocols_of(wiring: Any, network_id: Any) -> "tuple[Network, list[Publication]]":
    from deploy.read_models import bring_to_head
    from domain.network.network import NETWORK
    from domain.protocol.publication import PROTOCOL
    from projections.protocols import PROTOCOLS, kept_protocols

    bring_to_head(wiring, [PROTOCOLS])
    network, _ = wiring.care.state(NETWORK, network_id, network_id=network_id)
    with wiring.datastore.in_network(network_id) as connection:
        kept = [one.stream_id for one in kept_protocols(connection) if one.network_id == network_id]
    return network, [wiring.care.state(PROTOCOL, one, network_id=network_id)[0] for one in kept]


def _document_of(protocol_id: str, version: str | None, slug: str | None) -> dict[str, Any]:
    """A shipped document, or one published in the network; the newest version where none is named."""
    published, shipped = _published(protocol_id, version, slug), _shipped(protocol_id, version)
    found = [*published.values(), *([shipped] if shipped else [])]
    if not found:
        what = f"{protocol_id[:40]}{f' {version[:10]}' if version else ''}"
        raise CannotGoOn(f"There is no protocol {what}; see `throughline protocol list`.")
    return max(found, key=lambda one: int(one["protocol_version"]))


def _shipped(protocol_id: str, version: str | None) -> dict[str, Any] | None:
    """The newest version that comes with this release, or the one named."""
    from domain.protocol.shipped import document, shipped_keys

    found = [known for known in shipped_keys() if known[0] == protocol_id and version in (None, known[1])]
    return document(*found[-1]) if found else None


def _published(protocol_id: str, version: str | None, slug: str | None) -> dict[str, dict[str, Any]]:
    from deploy.operating.networks import networks, the_network
    from deploy.wiring import wired

    with wired() as wiring:
        if slug is None and len(networks(wiring)) != 1:
            return {}
        found = the_network(wiring, slug)
        _, publications = _protocols_of(wiring, found.network_id)
    documents = next((one.documents for one in publications if one.protocol_id == protocol_id), {})
    return {one: dict(found) for one, found in documents.items() if version in (None, one)}
