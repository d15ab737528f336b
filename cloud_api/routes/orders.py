"""PUT /v1/orders/{id}: an order that was placed on a box's screen."""

from uuid import UUID

from fastapi import APIRouter, Response

from cloud_api import credentials, orders
from cloud_api.auth import BoxDep
from cloud_api.contract.orders import Order, OrderReply
from cloud_api.errors import Invalid
from cloud_api.service import CloudDep

router = APIRouter()


@router.put("/v1/orders/{order_id}")
def place(order_id: UUID, order: Order, box: BoxDep, cloud: CloudDep, response: Response) -> OrderReply:
    """201 when new, 200 for a repetition, with the same reply; 409 for another body under this id.

    An order that cannot be fulfilled is taken and answered `rejected_stock`, which is no error of the box.
    """
    if order.id != order_id:
        raise Invalid("wrong_id", "The id of the order is not that of the address.")
    credentials.own_store(box, order.store)
    placed = orders.place(cloud.db, order, box.box, cloud.now())
    response.status_code = 201 if placed.created else 200
    return placed.reply
