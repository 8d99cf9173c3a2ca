import torch


def test_a_closed_gate_keeps_what_it_guards_from_the_output(a_network, noise):
    network, volume = a_network("attention-res-vnet").eval(), noise(4, 32, 32)
    for gate in network.gates:
        torch.nn.init.zeros_(gate.psi[1].weight)
        torch.nn.init.constant_(gate.psi[1].bias, -200.0)
    closed = network(volume)
    skipped = []
    network.gates[-1].register_forward_pre_hook(
        lambda module, inputs, named: (inputs, {**named, "x": skipped.append(named["x"]) or 2 * named["x"]}),
        with_kwargs=True,
    )

    assert torch.equal(network(volume), closed)
    assert skipped[0].abs().max() > 0


def test_an_open_gate_lets_it_through(a_network, noise):
    network, volume = a_network("attention-res-vnet").eval(), noise(4, 32, 32)
    before = network(volume)
    network.gates[-1].register_forward_pre_hook(
        lambda module, inputs, named: (inputs, {**named, "x": 2 * named["x"]}), with_kwargs=True
    )

    assert not torch.allclose(network(volume), before)
