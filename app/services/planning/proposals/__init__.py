"""Proposals (voorstellen): a plan that the solver fills beside the plan, to accept whole, per station, or not at all."""
